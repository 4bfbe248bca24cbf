package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"google.golang.org/grpc/status"

	pb "example.com/classify/gen/vgg16/v1"
)

// classifyUnary makes a call for each file and returns how many failed.
func classifyUnary(client pb.FeatureServiceClient, files []string) (failed int) {
	for _, file := range files {
		response, err := classifyFile(client, file)
		if err != nil {
			log.Printf("%s: %v", file, err)
			failed++
			continue
		}
		printBest(file, response)
	}
	return failed
}

func classifyFile(client pb.FeatureServiceClient, file string) (*pb.ClassifyResponse, error) {
	request, err := newRequest(file)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return client.Classify(ctx, request)
}

// classifyStream sends all files on one stream and returns how many failed. Answers come in any order,
// each with the id of its request; an item that fails leaves the stream open.
func classifyStream(client pb.FeatureServiceClient, files []string) (failed int) {
	stream, err := client.ClassifyStream(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	unreadable := make(chan int, 1)
	go func() { unreadable <- send(stream, files) }()
	for {
		answer, err := stream.Recv()
		if err == io.EOF {
			return failed + <-unreadable
		}
		if err != nil {
			// What has no answer yet can be sent on another stream.
			log.Fatal(err)
		}
		if answer.GetError() != nil {
			log.Printf("%s: %v", answer.GetId(), status.ErrorProto(answer.GetError()))
			failed++
			continue
		}
		printBest(answer.GetId(), answer.GetResponse())
	}
}

// send returns how many files can't be read. Each is read when flow control lets the one before it go.
func send(stream pb.FeatureService_ClassifyStreamClient, files []string) (unreadable int) {
	for _, file := range files {
		request, err := newRequest(file)
		if err != nil {
			log.Print(err)
			unreadable++
			continue
		}
		if stream.Send(&pb.ClassifyStreamRequest{Id: file, Request: request}) != nil {
			break // Recv has the reason.
		}
	}
	stream.CloseSend()
	return unreadable
}

func newRequest(file string) (*pb.ClassifyRequest, error) {
	encoded, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	image := &pb.Image{Content: &pb.Image_Encoded{Encoded: encoded}}
	return &pb.ClassifyRequest{Image: image, TopK: 1}, nil
}

func printBest(file string, response *pb.ClassifyResponse) {
	best := response.GetHeads()[0].GetScores()[0]
	fmt.Printf("%s: %s %.3f\n", file, best.GetLabel(), best.GetScore())
}
