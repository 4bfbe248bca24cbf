package dev.vgg16.feature.relay;

/** How many head replicas there are, without those that leave: which answer, and which don't. */
public record ReplicaCounts(int available, int unavailable) {}
