/**
 * Enforces the limits in the contract's field options: {@link
 * dev.vgg16.service.contract.LimitedService} binds a service's methods so that they only get
 * requests within them.
 */
@NullMarked
package dev.vgg16.service.contract;

import org.jspecify.annotations.NullMarked;
