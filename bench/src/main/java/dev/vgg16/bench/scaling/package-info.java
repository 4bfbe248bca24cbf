/**
 * How the services would scale to GPUs and many hosts, on paper: {@link
 * dev.vgg16.bench.scaling.ScalingModel} over {@link dev.vgg16.bench.scaling.MeasuredCosts}.
 */
package dev.vgg16.bench.scaling;
