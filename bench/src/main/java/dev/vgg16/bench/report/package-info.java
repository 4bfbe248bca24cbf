/** Where figures go. Start with {@link dev.vgg16.bench.report.Results}. */
package dev.vgg16.bench.report;
