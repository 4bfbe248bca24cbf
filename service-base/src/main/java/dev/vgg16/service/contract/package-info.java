/**
 * Requests within the limits that the contract's fields carry: {@link
 * dev.vgg16.service.contract.LimitedService} binds a service's methods so that they get nothing
 * else.
 */
@NullMarked
package dev.vgg16.service.contract;

import org.jspecify.annotations.NullMarked;
