// Classify prints the best class of each image file:
//
//	go run . [-unary] [-tls-ca FILE] [-token-file FILE] HOST:PORT FILE...
package main

import (
	"flag"
	"fmt"
	"log"
	"os"

	"google.golang.org/grpc"

	pb "example.com/classify/gen/vgg16/v1"
)

func main() {
	log.SetFlags(0)
	unary := flag.Bool("unary", false, "a call for each file, in place of one stream")
	ca := flag.String("tls-ca", "", "PEM `file` with the root of the service's certificate; without it no TLS")
	token := flag.String("token-file", "", "`file` that contains the token to send; needs -tls-ca")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: classify [options] HOST:PORT FILE...")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() < 2 {
		flag.Usage()
		os.Exit(2)
	}

	options, err := dialOptions(*ca, *token)
	if err != nil {
		log.Fatal(err)
	}
	connection, err := grpc.NewClient(flag.Arg(0), options...)
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()

	classify := classifyStream
	if *unary {
		classify = classifyUnary
	}
	if failed := classify(pb.NewFeatureServiceClient(connection), flag.Args()[1:]); failed > 0 {
		log.Fatalf("%d failed", failed)
	}
}
