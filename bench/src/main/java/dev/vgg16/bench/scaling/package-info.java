/**
 * A model of how the services scale to GPUs and many hosts: {@link
 * dev.vgg16.bench.scaling.ScalingModel} over {@link dev.vgg16.bench.scaling.MeasuredCosts}.
 */
package dev.vgg16.bench.scaling;
