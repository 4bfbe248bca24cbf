package dev.vgg16.e2e.console;

import java.io.IOException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.chrome.ChromeDriver;

/**
 * The console in a browser, with a {@link ServiceStub} behind it: one browser for the tests of a
 * class, a new stub for each test. Registered in a static field.
 */
final class StubbedConsole
    implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {

  private ChromeDriver browser;
  private ServiceStub service;

  @Override
  public void beforeAll(ExtensionContext context) {
    browser = Browser.open();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (browser != null) {
      browser.quit();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    service = ServiceStub.start();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    service.close();
  }

  ChromeDriver browser() {
    return browser;
  }

  ServiceStub service() {
    return service;
  }

  /** Opens the page anew. */
  ConsolePage open() {
    return ConsolePage.open(browser, service.url());
  }
}
