// Data that classify reads: tables, texts without labels, and data that looks misread.
#include "tests/models/programs/classify_files.h"

using namespace weft;
using namespace weft::test;

TEST_CASE("classify: predicts the texts of a table, and the next most likely labels") {
  Files files;
  CHECK(classify(files.training()).code == 0);
  const std::string to = "predict --model " + files.model;
  const std::string texts = "could you check the oven\nplay some music, please\n", lines = classify(to, texts).out;
  CHECK(lines_in(lines) == 2);
  auto file = [&](const std::string& name, const std::string& content) {
    write_file(files.folder / name, content);
    return " --input " + (files.folder / name);
  };
  CHECK(classify(to + file("lines.txt", texts)).out == lines);
  const std::string rows = "id,text\n1,could you check the oven\n2,\"play some music, please\"\n";
  CHECK(classify(to + file("rows.csv", rows)).out == lines);
  CHECK(classify(to + " --format csv", rows).out == lines);
  CHECK(classify(to + file("one.csv", "could you check the oven\n\"play some music, please\"\n")).out == lines);
  CHECK(
      classify(to + " --columns Begin,End" + file("two.tsv", "Begin\tEnd\ncould you\tcheck the oven\nplay some\tmusic, please\n"))
          .out == lines);
  CHECK(classify(to + file("all.jsonl", R"({"id": 1, "text": "could you check the oven"}
{"text": "play some music, please"}
)"))
            .out == lines);
  check_refused(classify(to + file("no.csv", "id,body\n1,a\n")), "no.csv:1: expected a column text, or one column, found 2");
  check_refused(classify(to + file("no.jsonl", "{\"body\": \"a\"}\n")), "no.jsonl:1: there is no field \"text\"");
  check_refused(classify(to + file("labelled.ft", "__label__a b\n")), "format fasttext: it has labels, not text alone");

  const Run three = classify(to + " --top-k 3 --input " + (files.folder / "lines.txt"));
  const std::string first = lines_of(three.out)[0];
  CHECK(first.starts_with(lines_of(lines)[0] + "\t"));
  CHECK(std::count(first.begin(), first.end(), '\t') == 5);
  const Run all = classify(to + " --top-k 99 --input " + (files.folder / "lines.txt"));
  std::istringstream fields(lines_of(all.out)[0]);
  double sum = 0, before = 1;
  std::map<std::string, double> found;
  for (std::string label, number; std::getline(fields, label, '\t') && std::getline(fields, number, '\t');) {
    found[label] = std::stod(number);
    CHECK(found[label] <= before);
    before = found[label];
    sum += before;
  }
  CHECK(found.size() == 8);
  CHECK(sum == doctest::Approx(1).epsilon(1e-3));
}

TEST_CASE("classify: several files are one data set, in their order") {
  Files files;
  const std::vector<std::string> lines = lines_of(read_file(files.train));
  std::string first, second;
  for (std::size_t i = 0; i < lines.size(); ++i) (i < 100 ? first : second) += lines[i] + "\n";
  write_file(files.folder / "first.tsv", first);
  write_file(files.folder / "second.tsv", second);
  const std::string both = (files.folder / "first.tsv") + " " + (files.folder / "second.tsv");
  REQUIRE(classify(files.training()).code == 0);
  const std::string model = read_file(files.model);
  const Run joined = classify(files.training({{"--train", both}, {"--dev", files.dev}}));
  CAPTURE(joined.error);
  CHECK(joined.code == 0);
  CHECK(read_file(files.model) == model);
  CHECK(lines_of(classify("evaluate --model " + files.model + " --test " + both).out) ==
        lines_of(classify("evaluate --model " + files.model + " --test " + files.train).out));
  CHECK(lines_of(classify(files.training({{"--dev", files.test + " " + (files.folder / "first.tsv")}, {"--train", both}})).out)
            .front() == "dev texts are the training texts: their scores say nothing about other texts");
  write_file(files.folder / "bad.tsv", second + "cooking\n");
  check_refused(classify(files.training({{"--train", (files.folder / "first.tsv") + " " + (files.folder / "bad.tsv")}})),
                "bad.tsv:201: ");
  write_file(files.folder / "header.tsv", "topic\twords\n" + second);
  check_refused(classify(files.training({{"--train", (files.folder / "first.tsv") + " " + (files.folder / "header.tsv")}})),
                "header.tsv:1: this label is the only one that occurs once: is it a header?");
}

TEST_CASE("classify: a header is not taken for a text, or texts for labels") {
  Files files;
  std::string rows = "Category,Message\n", swapped = "review,sentiment\n";
  for (const auto& [label, words] : text::generate_labelled(60, 5)) {
    rows += label + ",\"" + words + "\"\n";
    swapped += "\"" + words + "\"," + label + "\n";
  }
  write_file(files.folder / "rows.csv", rows);
  write_file(files.folder / "swapped.csv", swapped);
  auto train = [&](const std::string& name, const std::string& more) {
    return classify("train --embedding-dim 4 --epochs 1 --least-dev-texts 0 --model " + files.model + " --train " +
                    (files.folder / name) + more);
  };
  check_refused(train("rows.csv", ""), "rows.csv:1: this label is the only one that occurs once: is it a header?");
  check_refused(train("swapped.csv", ""), "swapped.csv:1: ");
  check_refused(train("swapped.csv", " --header yes"),
                " labels in 60 texts: are these the texts? choose the columns of labels and texts (--columns)");
  Run run = train("rows.csv", " --header yes");
  CHECK(run.code == 0);
  CHECK(run.out.starts_with("texts 57, dev texts 3, labels "));
  const std::string model = read_file(files.model);
  CHECK(train("swapped.csv", " --columns sentiment,review").code == 0);
  CHECK(read_file(files.model) == model);
  run = train("rows.csv", " --header no");
  CHECK(run.out.starts_with("texts 58, dev texts 3, labels "));
}

TEST_CASE("classify: correct data is not taken for misread data") {
  Files files;
  auto trains = [&](const std::string& name, const std::string& content, const std::string& more = "") {
    CAPTURE(name);
    write_file(files.folder / name, content);
    const Run run =
        classify("train --embedding-dim 4 --epochs 1 --model " + files.model + " --train " + (files.folder / name) + more);
    CAPTURE(run.error);
    CHECK(run.code == 0);
  };
  std::string tail, fasttext, jsonl;
  for (int i = 0; i < 12; ++i) {
    const std::string label = i % 2 ? "a" : "b", own = "label" + std::to_string(i);
    tail += label + "\tsome words\n";
    fasttext += "__label__" + own + " some words\n";
    jsonl += R"({"label": ")" + own + R"(", "text": "some words"})" + "\n";
  }
  trains("rare.tsv", "label\ttext\nrare\tthe only one\n" + tail);
  trains("rare2.tsv", "rare\tthe only one\n" + tail, " --header no");
  trains("all.ft", fasttext);
  trains("all.jsonl", jsonl);
  trains("few.tsv", "one\tsome words\ntwo\tsome words\n");
  check_refused(classify("train --columns \"\" --model " + files.model + " --train " + (files.folder / "all.jsonl")),
                "columns: \"\" is not the name of a field");
  check_refused(classify("predict --columns \"\" --model " + files.model + " --input " + (files.folder / "all.jsonl")),
                "columns: \"\" is not the name of a field");
}
