package dev.vgg16.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.bench.report.LinePlot.Line;
import dev.vgg16.bench.report.LinePlot.Point;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class LinePlotTest {

  @Test
  void drawsALineFromTheLeftBottomToTheRightTop() throws Exception {
    Document svg = svg(new Line("p99 < p99.9", List.of(new Point(40, 0), new Point(90, 200))));
    Element line = (Element) svg.getElementsByTagName("polyline").item(0);
    assertThat(line.getAttribute("points")).isEqualTo("64.0,312.0 616.0,40.0");
    assertThat(svg.getDocumentElement().getTextContent()).contains("title", "p99 < p99.9", "200");
  }

  @Test
  void drawsALineOfOnePoint() throws Exception {
    Document svg = svg(new Line("one", List.of(new Point(1, 0))));
    Element line = (Element) svg.getElementsByTagName("polyline").item(0);
    assertThat(line.getAttribute("points")).isEqualTo("64.0,312.0");
  }

  private static Document svg(Line... lines) throws Exception {
    String text = new LinePlot("title", "x", "y", List.of(lines)).toSvg();
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(text)));
  }
}
