/**
 * The RPCs: {@link dev.vgg16.head.api.HeadApi} checks messages and turns results into answers, and
 * does nothing else.
 */
package dev.vgg16.head.api;
