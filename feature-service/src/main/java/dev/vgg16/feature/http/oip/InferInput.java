package dev.vgg16.feature.http.oip;

import dev.vgg16.oip.ModelInferRequest;

/**
 * A request for an inference.
 *
 * @param message without the model
 * @param outputs their form in the response
 */
record InferInput(ModelInferRequest message, OutputForms outputs) {}
