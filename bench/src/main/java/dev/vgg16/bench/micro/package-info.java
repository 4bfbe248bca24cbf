/** JMH benchmarks of single parts on the image's way; {@code bench/run.sh micro} runs them. */
package dev.vgg16.bench.micro;
