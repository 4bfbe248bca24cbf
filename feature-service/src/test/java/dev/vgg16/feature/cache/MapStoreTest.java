package dev.vgg16.feature.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.image.ImageInput;
import org.junit.jupiter.api.Test;

class MapStoreTest {

  private static final int MAP_BYTES = 51_200;
  private static final ByteString MAP = ByteString.copyFrom(new byte[MAP_BYTES]);

  @Test
  void holdsAsManyMapsAsItsBytesAllow() {
    long room = 100L * (MAP_BYTES + MapStore.ENTRY_BYTES);
    MapStore store = new MapStore(room + MAP_BYTES, MAP_BYTES);
    for (int i = 0; i < 100; i++) {
      store.put(key(i), MAP);
    }
    assertThat(store.entries()).isEqualTo(100);
    assertThat(store.bytes()).isEqualTo(room);
    for (int i = 100; i < 1000; i++) {
      store.put(key(i), MAP);
      assertThat(store.bytes()).isEqualTo(room);
      assertThat(store.get(key(i))).isSameAs(MAP);
    }
    assertThat(store.get(key(0))).isNull();
  }

  @Test
  void mustHoldOneMap() {
    assertThatThrownBy(() -> new MapStore(51_455, MAP_BYTES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--cache-bytes must be 0, or at least 51456 for one feature map, not 51455");
    new MapStore(51_456, MAP_BYTES).put(key(1), MAP);
  }

  @Test
  void takesOnlyMapsOfItsSize() {
    MapStore store = new MapStore(1000, 4);
    assertThatThrownBy(() -> store.put(key(1), MAP)).hasMessageContaining("51200");
  }

  private static ImageKey key(int number) {
    return ImageKey.of(new ImageInput.Encoded(ByteString.copyFromUtf8("" + number)));
  }
}
