/**
 * What clients observe while processes are killed or hang, the network fails or load exceeds
 * capacity: {@link dev.vgg16.e2e.faults.Cluster} runs the real services as replicas, {@link
 * dev.vgg16.e2e.faults.Load} loads them and checks each answer.
 */
package dev.vgg16.e2e.faults;
