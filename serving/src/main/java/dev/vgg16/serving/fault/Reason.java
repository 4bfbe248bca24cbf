package dev.vgg16.serving.fault;

/** Why a request failed, where a program can do something about it. Travels by its name. */
public enum Reason {
  /** The maps were pooled, and a head needs whole ones. */
  WHOLE_MAPS_NEEDED
}
