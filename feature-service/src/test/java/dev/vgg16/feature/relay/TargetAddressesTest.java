package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.SettableFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetAddressesTest {

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:50052", "dns:///127.0.0.1:50052", "ipv4:127.0.0.1:50052"})
  void findsAnAddress(String target) throws Exception {
    try (TargetAddresses addresses = new TargetAddresses(target)) {
      assertThat(addresses.authority()).isEqualTo("127.0.0.1:50052");
      assertThat(find(addresses)).containsExactly(at("127.0.0.1", 50052));
    }
  }

  @Test
  void findsAllOfAList() throws Exception {
    try (TargetAddresses addresses = new TargetAddresses("ipv4:127.0.0.1:1,127.0.0.2:2")) {
      assertThat(find(addresses)).containsExactly(at("127.0.0.1", 1), at("127.0.0.2", 2));
    }
  }

  /** Whom the certificate must name is the name, whatever it leads to. */
  @Test
  void theAuthorityIsTheName() throws Exception {
    try (TargetAddresses addresses = new TargetAddresses("dns:///localhost:50052")) {
      assertThat(addresses.authority()).isEqualTo("localhost:50052");
      assertThat(find(addresses)).contains(at("127.0.0.1", 50052));
    }
  }

  @Test
  void saysWhyANameLeadsNowhere() throws Exception {
    try (TargetAddresses addresses = new TargetAddresses("nobody.invalid:1")) {
      assertThatThrownBy(() -> find(addresses)).hasMessageContaining("nobody.invalid");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ipv4:somewhere:1", "ipv4:", "dns:///", "a b"})
  void refusesWhatIsNoTarget(String target) {
    assertThatThrownBy(() -> new TargetAddresses(target))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Set<SocketAddress> find(TargetAddresses addresses) throws Exception {
    SettableFuture<Set<SocketAddress>> found = SettableFuture.create();
    addresses.watch(
        new HeadReplicas.Listener() {
          @Override
          public void found(Set<SocketAddress> addresses) {
            found.set(addresses);
          }

          @Override
          public void notFound(String reason) {
            found.setException(new IllegalStateException(reason));
          }
        });
    return found.get(120, TimeUnit.SECONDS);
  }

  private static InetSocketAddress at(String host, int port) throws Exception {
    return new InetSocketAddress(InetAddress.getByName(host), port);
  }
}
