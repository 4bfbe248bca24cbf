/**
 * What clients see while processes die and hang, the network fails and too much is asked: {@link
 * dev.vgg16.e2e.faults.Cluster} runs the real services as replicas, {@link
 * dev.vgg16.e2e.faults.Load} asks them and judges each answer.
 */
package dev.vgg16.e2e.faults;
