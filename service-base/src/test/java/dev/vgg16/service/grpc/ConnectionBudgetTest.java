package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionBudgetTest {

  private static final long LIMIT = 3_000_000;

  /** Adds pieces up to the limit. */
  private static long fill(ConnectionBudget.Account account, long piece) {
    while (account.add(piece)) {
      // Until the limit.
    }
    account.release(piece);
    return account.held();
  }

  @Test
  void aSingleConnectionMayHoldTwoThirds() {
    ConnectionBudget budget = new ConnectionBudget(LIMIT);
    assertThat(fill(budget.newAccount(), 1_000)).isEqualTo(2_000_000);
    assertThat(budget.total()).isEqualTo(2_000_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 100})
  void someRemainsFreeForAnyNumberOfConnections(int connections) {
    ConnectionBudget budget = new ConnectionBudget(LIMIT);
    for (int i = 0; i < connections; i++) {
      fill(budget.newAccount(), 100);
    }
    assertThat(budget.total()).isLessThan(LIMIT);
    ConnectionBudget.Account good = budget.newAccount();
    assertThat(good.add(Math.min(1_000, (LIMIT - budget.total()) / 2))).isTrue();
  }

  @Test
  void releasedRoomIsFree() {
    ConnectionBudget budget = new ConnectionBudget(LIMIT);
    ConnectionBudget.Account account = budget.newAccount();
    for (int i = 0; i < 1_000; i++) {
      assertThat(account.add(2_000_000)).isTrue();
      account.release(2_000_000);
    }
    assertThat(budget.total()).isZero();
    assertThat(account.held()).isZero();
  }
}
