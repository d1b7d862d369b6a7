// Lucene on the rows of bench/index.py: names with positions, scopes without, bigrams of CJKAnalyzer; one or more threads.
// javac -cp JARS IndexPeer.java; java -cp JARS:. IndexPeer ROWS FOLDER THREADS
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.List;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.store.FSDirectory;

public class IndexPeer {
  static FieldType type(IndexOptions options) {
    FieldType type = new FieldType();
    type.setIndexOptions(options);
    type.setTokenized(true);
    type.freeze();
    return type;
  }

  public static void main(String[] args) throws Exception {
    List<String> rows = Files.readAllLines(Path.of(args[0]), StandardCharsets.UTF_8);
    int threads = Integer.parseInt(args[2]);
    FieldType names = type(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS), scopes = type(IndexOptions.DOCS);
    long begun = System.nanoTime();
    try (IndexWriter writer = new IndexWriter(FSDirectory.open(Path.of(args[1])), new IndexWriterConfig(new CJKAnalyzer()))) {
      Thread[] all = new Thread[threads];
      for (int t = 0; t < threads; t++) {
        int first = t;
        all[t] = new Thread(() -> {
          try {
            for (int i = first; i < rows.size(); i += threads) {
              String[] cells = rows.get(i).split("\t", -1);
              Document document = new Document();
              document.add(new Field("name", cells[0], names));
              document.add(new Field("scope", cells[2], scopes));
              writer.addDocument(document);
            }
          } catch (Exception e) {
            throw new RuntimeException(e);
          }
        });
        all[t].start();
      }
      for (Thread thread : all) thread.join();
      writer.commit();
    }
    System.out.printf("{\"what\": \"lucene\", \"documents\": %d, \"seconds\": %.3f}%n", rows.size(), (System.nanoTime() - begun) / 1e9);
  }
}
