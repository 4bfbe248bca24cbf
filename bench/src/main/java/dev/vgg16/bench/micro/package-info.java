/** JMH benchmarks of single parts of the data path; {@code bench/run.sh micro} runs them. */
package dev.vgg16.bench.micro;
