#include <weft/models/classifier/classify.h>
#include <weft/models/generated/generate_labelled.h>
#include <weft/models/io/model_file.h>
#include <weft/tensor/arithmetic/compare.h>
#include <weft/tensor/files/safetensors.h>

#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <sstream>
#include <tuple>

#include "tests/models/io/compressed.h"
#include "tests/models/programs/classify_files.h"

using namespace weft;
using namespace weft::test;

namespace {

// Returns the value of a line "name 12.34" with the given number of digits.
double result(const std::string& line, const std::string& name, std::size_t digits) {
  CAPTURE(line);
  REQUIRE(line.starts_with(name + " "));
  const std::string number = line.substr(name.size() + 1);
  CHECK(number.size() - number.find('.') - 1 == digits);
  return std::stod(number);
}

}  // namespace

TEST_CASE("classify: trains, evaluates and predicts") {
  for (const std::string attention : {"self", "pooling", "mean", "bag-of-words"}) {
    CAPTURE(attention);
    Files files;
    Run train = classify(files.training(
        {{"--attention", attention}, {"--epochs", "8"}, {"--learning-rate", "3e-2"}, {"--batch-size", "32"}, {"--ngrams", "1"}}));
    CAPTURE(train.error);
    REQUIRE(train.code == 0);
    CHECK(train.error.empty());
    auto lines = lines_of(train.out);
    REQUIRE(lines.size() == 13);
    CHECK(lines[0] == "texts 300, dev texts 60, labels 8");
    const std::int64_t plain = 400 * 16 + 16 * 8 + 8, pooling = 16 * 16 + 16 + 16;
    const std::int64_t parameters = attention == "bag-of-words" ? 400 * 8 + 8 : plain + (attention == "pooling" ? pooling : 0);
    CHECK(lines[1] == "parameters " + std::to_string(parameters));
    CHECK(lines[2].starts_with("unknown "));
    CHECK(lines[2].ends_with(" % of the dev texts' words"));
    for (std::size_t i = 1; i <= 8; ++i) {
      CHECK(lines[i + 2].starts_with("epoch " + std::to_string(i) + "/8  loss "));
      CHECK(lines[i + 2].find("  dev_accuracy ") != std::string::npos);
    }
    CHECK(lines[11].starts_with("kept epoch "));
    CHECK(lines[12].starts_with("chosen by only 60 dev texts: dev_loss "));
    CHECK(lines[12].find(" +- ") != std::string::npos);

    Run scores = classify("evaluate --model " + files.model + " --test " + files.test);
    REQUIRE(scores.code == 0);
    lines = lines_of(scores.out);
    REQUIRE(lines.size() == 3 + 2 + 8 + 2);
    const double accuracy = result(lines[0], "accuracy", 2), f1 = result(lines[1], "macro_f1", 2);
    CHECK(accuracy > 40);
    CHECK(accuracy <= 100);
    CHECK(f1 > 40);
    CHECK(result(lines[2], "loss", 4) > 0);
    CHECK(lines[3].empty());
    CHECK(lines[4].find("precision  recall     f1  support") != std::string::npos);
    CHECK(lines[13].starts_with("macro "));
    Run more = classify("evaluate --confusion --top-k 3 --model " + files.model + " --test " + files.test);
    auto all = lines_of(more.out);
    REQUIRE(all.size() >= lines.size() + 1 + 2 + 8);
    CHECK(result(all[3], "top3_accuracy", 2) >= accuracy);
    CHECK(all[lines.size() + 2].starts_with("  true label (rows) by prediction"));

    // The accuracy of the predictions is the one that was printed.
    std::string input, truth;
    for (const auto& [label, words] : text::read_labelled(files.test)) input += words + '\n', truth += label + '\n';
    Run predictions = classify("predict --threads=2 --model " + files.model, input);
    REQUIRE(predictions.code == 0);
    auto labels = lines_of(truth), predicted = lines_of(predictions.out);
    REQUIRE(predicted.size() == labels.size());
    double right = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const std::size_t tab = predicted[i].find('\t');
      REQUIRE(tab != std::string::npos);
      right += predicted[i].substr(0, tab) == labels[i];
      const double probability = std::stod(predicted[i].substr(tab + 1));
      CHECK(probability >= 0.125);
      CHECK(probability <= 1);
    }
    CHECK(std::abs(100 * right / static_cast<double>(labels.size()) - accuracy) < 0.005);
  }
}

TEST_CASE("classify: predict accepts any line, and --attention gives the weight of each word") {
  Files files;
  for (const std::string attention : {"self", "pooling"}) {
    REQUIRE(classify(files.training({{"--attention", attention}})).code == 0);
    Run run = classify(
        "predict --attention --model " + files.model,
        "could you check the oven\n\nqwxyz zzyx\n   \n\xff\xfe broken \xe6\xbc\xa2\xe5\xad\x97\nlast line without an end");
    CHECK(run.code == 0);
    auto lines = lines_of(run.out);
    REQUIRE(lines.size() == 6);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      CAPTURE(lines[i]);
      auto columns = std::count(lines[i].begin(), lines[i].end(), '\t');
      CHECK(columns == (i == 1 || i == 3 ? 1 : 2));  // lines without words have no weights
      CHECK(lines[i].find("nan") == std::string::npos);
    }
    double sum = 0;
    std::istringstream words(lines[0].substr(lines[0].rfind('\t') + 1));
    std::int64_t count = 0;
    for (std::string word; words >> word; ++count) sum += std::stod(word.substr(word.rfind(':') + 1));
    CHECK(count == 5);
    CHECK(std::abs(sum - 1) < 0.003);
    CHECK(lines[2].find("qwxyz:0.500 zzyx:0.500") != std::string::npos);
    // A line's prediction does not depend on the lines around it.
    CHECK(classify("predict --attention --model " + files.model, "qwxyz zzyx").out == lines[2] + '\n');
  }
  const std::string predict = "predict --model " + files.model;
  CHECK(classify(predict).out.empty());
  const std::string line = "could you check the oven\n";
  CHECK(classify(predict, test::gzip(line)).out == classify(predict, line).out);
  CHECK(classify(predict, "one\ntw\xFFo\n").error == "standard input:2: not UTF-8 at byte 2: replaced by U+FFFD\n");
}

TEST_CASE("classify: a bag of words shows what each word adds, and shares the weight of an n-gram among its words") {
  Files files;
  for (const std::string attention : {"bag-of-words", "pooling"}) {
    const std::map<std::string, std::string> options{{"--attention", attention},
                                                     {"--ngrams", "2"},
                                                     {"--word-dropout", "0.1"},
                                                     {"--label-smoothing", "0.1"},
                                                     {"--weight-decay", "0.01"}};
    Run train = classify(files.training(options));
    CAPTURE(train.error);
    REQUIRE(train.code == 0);
    Run run = classify("predict --attention --model " + files.model, "could you check the oven the\n\n");
    CHECK(run.code == 0);
    auto lines = lines_of(run.out);
    REQUIRE(lines.size() == 2);
    CHECK(std::count(lines[0].begin(), lines[0].end(), ':') == 6);
  }
}

TEST_CASE("classify: TF-IDF weights are stored in the model, and only a bag of words has them") {
  Files files;
  const std::map<std::string, std::string> bag{{"--attention", "bag-of-words"}, {"--ngrams", "2"}};
  auto with = [&](std::map<std::string, std::string> options, const std::string& weights) {
    options["--term-weights"] = weights;
    return files.training(options);
  };
  REQUIRE(classify(with(bag, "binary")).code == 0);
  CHECK_FALSE(load_tensors(files.model).tensors.contains("idf"));
  CHECK_FALSE(load_tensors(files.model).metadata.contains("term_weights"));  // so that versions without term weights can read it
  REQUIRE(classify(with(bag, "tfidf")).code == 0);
  auto weights_of = [&](const char* name) { return load_tensors(files.model).tensors.at(name); };
  const Tensor trained = weights_of("embedding.weight");
  REQUIRE(classify(files.training(bag)).code == 0);  // the default of a bag of words
  CHECK(equal_bits(weights_of("embedding.weight"), trained));
  const Tensor idf = weights_of("idf");
  REQUIRE(idf.shape() == Shape{400});
  CHECK(idf.at({0}) == 0);  // padding occurs in no text
  const auto train = text::read_labelled(files.train);
  const text::Tokenizer tokenizer;
  const auto word = tokenizer.tokens(train[0].text).front();
  double having = 0;
  for (const auto& example : train) having += std::ranges::count(tokenizer.tokens(example.text), word) > 0;
  const auto vocabulary = list_from_json("model", load_tensors(files.model).metadata.at("vocabulary"));
  const auto id = std::ranges::find(vocabulary, word) - vocabulary.begin();
  CHECK(idf.at({id}) == doctest::Approx(std::log(301 / (1 + having)) + 1).epsilon(1e-6));
  CHECK(classify("evaluate --model " + files.model + " --test " + files.test).code == 0);
  const Run refused = classify(with({{"--attention", "mean"}}, "tfidf"));
  check_refused(refused, "--term-weights require a bag-of-words, but --attention is mean");
}

TEST_CASE("classify: the model file depends on the seed and not on the threads") {
  Files files;
  auto trained = [&](const std::map<std::string, std::string>& changes, const std::string& more = "") {
    Run run = classify(files.training(changes) + more);
    CAPTURE(run.error);
    REQUIRE(run.code == 0);
    return read_file(files.model);
  };
  const std::string first = trained({});
  CHECK(trained({}) == first);
  CHECK(trained({}, " --threads=2") == first);
  CHECK(trained({{"--threads", "2"}}) == first);
  CHECK(trained({{"--seed", "4"}}) != first);
  CHECK(trained({{"--row-updates", "lazy"}}) != first);
  CHECK(trained({{"--ngrams", "2"}}) != trained({{"--ngrams", "1"}}));
}

TEST_CASE("classify: without dev texts 5 % are held out by the seed if that is enough") {
  Files files;
  const std::string command = "train --train " + files.train + " --model " + files.model +
                              " --embedding-dim 8 --vocab-size 10000 --epochs 1 --attention pooling --least-dev-texts 15 --seed ";
  Run run = classify(command + "1");
  CHECK(run.code == 0);
  CHECK(run.out.find("dev_accuracy") != std::string::npos);
  const std::string first = read_file(files.model);
  CHECK(classify(command + "1").code == 0);
  CHECK(read_file(files.model) == first);
  CHECK(lines_of(run.out)[0] == "texts 285, dev texts 15, labels 8");
  CHECK(lines_of(run.out)[1] == "parameters " + std::to_string(10000 * 8 + 8 * 8 + 8 + 8 * 8 + 8 + 8));
}

TEST_CASE("classify: the dev score that chooses the epoch can be set") {
  Files files;
  const Run f1 = classify(files.training({{"--monitor", "macro_f1"}, {"--epochs", "2"}}));
  CHECK(f1.code == 0);
  CHECK(f1.out.find("  dev_macro_f1 ") != std::string::npos);
  const Run loss = classify(files.training({{"--monitor", "loss"}}));
  CHECK(loss.code == 0);
  CHECK(loss.out.find("macro_f1") == std::string::npos);
  check_refused(classify(files.training({{"--monitor", "bleu"}})), "--monitor: bleu not in {auto,accuracy,loss,macro_f1}");
}

TEST_CASE("classify: the same texts in any format, compressed or from standard input, give the same model") {
  Files files;
  const std::string lines = read_file(files.train);
  std::string csv = "id,body,topic\r\n", fasttext, jsonl;
  for (const auto& [label, words] : text::read_labelled(files.train)) {
    csv += "1,\"" + words + "\"," + label + "\r\n";
    fasttext += "#" + label + " " + words + "\n";
    jsonl += "{\"text\": \"" + words + "\", \"label\": \"" + label + "\"}\n";
  }
  auto model = [&](const std::string& train, const std::string& options = "", const std::string& input = "") {
    Run run = classify(
        "train --embedding-dim 8 --vocab-size 400 --epochs 1 --model " + files.model + " --train " + train + options, input);
    CAPTURE(run.error);
    REQUIRE(run.code == 0);
    CHECK(run.error.empty());
    return read_file(files.model);
  };
  const std::string expected = model(files.train);
  auto from = [&](const std::string& name, const std::string& content, const std::string& options = "") {
    write_file(files.folder / name, content);
    return model(files.folder / name, options);
  };
  CHECK(from("a.csv", csv, " --columns topic,body") == expected);
  CHECK(from("b", csv, " --format csv --columns 3,2 --header yes") == expected);
  CHECK(from("c.ft", fasttext, " --label-prefix \"#\"") == expected);
  CHECK(from("d.jsonl", jsonl) == expected);
  CHECK(from("e", test::gzip(lines)) == expected);
  CHECK(model(files.train, " --data-memory 0") == expected);
  CHECK(model("-", "", lines) == expected);
  CHECK(model("/dev/stdin", "", test::gzip(lines)) == expected);
  Run scores = classify("evaluate --model " + files.model + " --test " + files.test);
  CHECK(classify("evaluate --model " + files.model + " --test -", read_file(files.test)).out == scores.out);
}

TEST_CASE("classify: words and their vectors are read from files") {
  Files files;
  const std::string words = files.folder / "words", vectors = files.folder / "vectors";
  auto run = [&](const std::string& options) {
    Run run = classify("train --epochs 1 --model " + files.model + " --train " + files.train + options);
    CAPTURE(run.error);
    REQUIRE(run.code == 0);
    return run;
  };
  run(" --vocab-size 100 --embedding-dim 4 --save-vocab " + words);
  const std::string saved = read_file(words);
  CHECK(saved.starts_with("<pad>\t0\n<unk>\t0\n"));
  CHECK(lines_in(saved) == 100);
  const auto tokens = load_tensors(files.model).metadata.at("vocabulary");
  run(" --embedding-dim 4 --save-vocab " + words + ".again --vocab " + words);
  CHECK(load_tensors(files.model).metadata.at("vocabulary") == tokens);
  CHECK(load_tensors(files.model).tensors.at("embedding.weight").shape() == Shape{100, 4});
  CHECK(read_file(words + ".again") == saved);

  const std::string third = saved.substr(saved.find('\n', 14) + 1), word = third.substr(0, third.find('\t'));
  write_file(vectors, "2 3\n" + word + " 1.5 -2 0.25\nnever-seen 1 2 3\n");
  Run frozen = run(" --freeze-vectors --vocab " + words + " --vectors " + vectors);
  CHECK(frozen.out.find("\nvectors 1 of 100 words, " + vectors + "\n") != std::string::npos);
  const Tensor rows = load_tensors(files.model).tensors.at("embedding.weight");
  CHECK(rows.shape() == Shape{100, 3});
  CHECK(rows.at({2, 0}) == 1.5);
  CHECK(rows.at({2, 1}) == -2);
  CHECK(rows.at({2, 2}) == 0.25);
  CHECK(classify("predict --model " + files.model, "could you check the oven\n").code == 0);
  run(" --vocab " + words + " --vectors " + vectors);
  CHECK(load_tensors(files.model).tensors.at("embedding.weight").at({2, 0}) != 1.5);

  const std::string train = "train --epochs 1 --model " + files.model + " --train " + files.train;
  check_refused(classify(train + " --vectors " + vectors + " --embedding-dim 5"),
                "vectors have 3 numbers per word, but --embedding-dim is 5");
  check_refused(classify(train + " --freeze-vectors"), "--freeze-vectors needs vectors");
  check_refused(classify(train + " --attention bag-of-words --vectors " + vectors), "bag-of-words");
  check_refused(classify(train + " --embedding-dim 0"), "--embedding-dim 0 requires vectors");
  check_refused(classify(train + " --save-vocab " + files.train), "would replace another file");
  write_file(words, "earlier\n");  // left by a run that is refused when it encodes the dev texts
  write_file(files.folder / "unknown.tsv", "a label of no training text\tsome words\n");
  const std::string bad_dev = files.training({{"--dev", files.folder / "unknown.tsv"}});
  check_refused(classify(bad_dev + " --save-vocab " + words), "is not in the training data");
  CHECK(read_file(words) == "earlier\n");
  check_refused(classify(train + " --vocab /nowhere/words"), "/nowhere/words");
}

TEST_CASE("classify: errors are reported in one line") {
  Files files;
  const std::string texts = " --train " + files.train, to = " --model " + files.model;
  check_refused(classify(files.training() + " --louder"), "--louder");
  check_refused(classify(files.training({{"--attention", "loud"}})), "loud");
  check_refused(classify(files.training({{"--epochs", "many"}})), "many");
  for (const auto& [option, value, range] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"--epochs", "-1", "0 to 1000000000"},
           {"--epochs", "2.5", "0 to 1000000000"},
           {"--batch-size", "0", "1 to 1000000000"},
           {"--embedding-dim", "-1", "0 to 100000"},
           {"--max-length", "0", "1 to 1000000000"},
           {"--ngrams", "6", "0 to 5"},
           {"--vocab-size", "999999999999", "0 to 100000000"},
           {"--threads", "0", "1 to 1024"},
           {"--threads", "x", "1 to 1024"},
           {"--seed", "-1", "0 to 18446744073709551615"},
           {"--seed", "18446744073709551616", "0 to 18446744073709551615"}})
    check_refused(classify(files.training({{option, value}})),
                  option + ": \"" + value + "\" is not a whole number from " + range + " (see --help)\n");
  check_refused(classify(files.training({{"--vocab-size", "2"}})), "train: --vocab-size is 2, not 0 or at least 3");
  check_refused(classify(files.training({{"--learning-rate", "0"}})), "train: --learning-rate is 0, not above 0");
  check_refused(classify(files.training({{"--dropout", "1.5"}})), "train: --dropout is 1.5, not from 0 to below 1");
  check_refused(classify(files.training({{"--word-dropout", "1"}})),
                "train: --word-dropout is 1, not from 0 to below 1, which would leave nothing to learn from");
  check_refused(classify(files.training({{"--weight-decay", "-1"}})), "--weight-decay is -1");
  check_refused(classify(files.training({{"--label-smoothing", "2"}})), "--label-smoothing is 2");
  check_refused(classify("train" + texts), "--model");
  check_refused(classify("train" + texts + " --modle m"),
                "unknown option or argument --modle; did you mean \"--model\"? (see --help)");
  check_refused(classify("trian" + texts + to),
                "unknown subcommand \"trian\"; the subcommands are train, compare, evaluate, predict, show");
  check_refused(classify(files.training({{"--label-smoothing", "1"}})), "--label-smoothing is 1, not from 0 to below 1");
  check_refused(classify("train" + to), "expected --train FILE or --data debian\n");
  check_refused(classify("train --data debian" + texts + to), "expected --train FILE or --data debian, and not both\n");
  check_refused(classify("train --data fedora" + to), "fedora");
  check_refused(classify("train" + texts + to + " --data-memory -1"), "--data-memory: \"-1\" is not a whole number from 0");
  check_refused(classify("train" + texts + to + " stray"), "stray");
  check_refused(classify("train" + texts + to + " --format xml"), "xml");
  check_refused(classify("train" + texts + to + " --columns label"), "columns: expected one for the label");
  check_refused(classify("train" + texts + to + " --header perhaps"), "perhaps");
  for (const char* other : {"--dev", "--vocab", "--vectors"})
    check_refused(classify("train --train - " + std::string(other) + " /dev/stdin" + to),
                  "standard input can be read only once, not as 2 inputs");
  check_refused(classify("train" + texts + to + " --vocab " + files.train + " --vocab-size 90"),
                "--vocab-size and --vocab exclude each other");
  for (const char* option : {"--format csv", "--columns a,b", "--header no", "--label-prefix x"}) {
    check_refused(classify("train --data debian " + std::string(option) + to), "require files, but --data reads none");
    check_refused(classify("evaluate --data debian " + std::string(option) + " --model " + files.train),
                  "require files, but --data reads none");
  }
  check_refused(classify(""), "subcommand");
  check_refused(classify("frobnicate"), "subcommand");
}

TEST_CASE("classify: errors in files are reported in one line") {
  Files files;
  const std::string to = " --model " + files.model, folder_new = files.folder / "new";
  auto file = [&](const std::string& name, const std::string& content) {
    write_file(files.folder / name, content);
    return files.folder / name;
  };
  check_refused(classify("train --train /nowhere/train.tsv" + to), "/nowhere/train.tsv");
  check_refused(classify("train --train " + file("empty", "") + to), "empty");
  check_refused(classify("train --train " + file("bad", "a\tb\nno tab\n") + to), (files.folder / "bad") + ":2");
  check_refused(classify("train --train " + file("one", "same\ta\nsame\tb\n") + to), "two labels");
  check_refused(classify("train --train " + files.train + " --dev " + file("empty", "") + to), "empty");
  check_refused(classify("train --train " + files.train + " --dev " + file("new", "news\tword\n") + to),
                folder_new + ":1: the label \"news\"");
  check_refused(classify("train --train " + files.train + " --model /nowhere/model"), "/nowhere/model");
  check_refused(classify("train --train " + files.train + " --model /tmp"), "/tmp");
  check_refused(classify("train --train " + files.train + " --model \"\""), "path is empty");
  const std::string pipe = files.folder / "pipe", before = read_file(files.train);
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  check_refused(classify("train --train " + files.train + " --model " + pipe), pipe + ": is not a regular file");
  CHECK(std::filesystem::is_fifo(pipe));
  check_refused(classify(files.training({{"--model", files.train}})), "would replace another file");
  check_refused(classify(files.training({{"--model", files.dev}})), "would replace another file");
  CHECK(read_file(files.train) == before);
  CHECK_FALSE(std::filesystem::exists(files.model));

  REQUIRE(classify(files.training()).code == 0);
  check_refused(classify("evaluate --test " + files.test + " --model /nowhere/model"), "/nowhere/model");
  check_refused(classify("evaluate --test " + files.test + " --model " + files.train), files.train);
  check_refused(classify("evaluate" + to + " --test " + file("empty", "")), "empty");
  check_refused(classify("evaluate" + to + " --test " + file("new", tsv({{"weather", "rain"}}) + "news\tword\n")),
                folder_new + ":2: the label \"news\" is not in the training data");
  check_refused(classify("evaluate" + to + " --test /proc/self/mem"), "/proc/self/mem");
  check_refused(classify("predict" + to, "", "< /tmp"), "cannot read standard input: Is a directory");
  check_refused(classify("predict --model " + files.test, "a\n"), files.test);
  const std::string whole = read_file(files.model);
  check_refused(classify("predict --model " + file("half", whole.substr(0, whole.size() / 2)), "a\n"), files.folder / "half");
}

TEST_CASE("classify: lost output is an error") {
  Files files;
  REQUIRE(classify(files.training()).code == 0);
  const std::vector<std::string> commands{"predict --model " + files.model,
                                          "evaluate --test " + files.test + " --model " + files.model, "--help"};
  for (const std::string& arguments : commands) {
    Run run = classify(arguments, "one line\n", "> /dev/full");
    CAPTURE(arguments);
    CHECK(run.code == 2);
    CHECK(run.error == "classify: cannot write to standard output: No space left on device\n");
  }
}

TEST_CASE("classify: NaN weights are not saved") {
  Files files;
  Run run = classify(files.training({{"--learning-rate", "1e300"}, {"--batch-size", "300"}}));
  CHECK(run.code == 2);
  CHECK(lines_in(run.error) == 1);
  CHECK(run.error.find("after epoch 1; lower the learning rate") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(files.model));
}

TEST_CASE("classify: labels that are not UTF-8 are refused before training") {
  ClassifierTraining options;
  options.fit.progress = false;
  const std::vector<text::LabelledText> texts{{"good", "a"}, {"bad \xff", "b"}, {"good", "c"}};
  CHECK_THROWS_WITH_AS(TextClassifier::train(texts, {}, options), "example 2: the label \"bad \xEF\xBF\xBD\" is not UTF-8",
                       FormatError);
}

TEST_CASE("classify: errors name model files with broken options") {
  Files files;
  REQUIRE(classify(files.training()).code == 0);
  const TensorFile good = load_tensors(files.model);
  auto refuses = [&](const std::string& key, const std::string& value, const std::string& message) {
    CAPTURE(key);
    auto metadata = good.metadata;
    metadata[key] = value;
    const std::string path = files.folder / "broken";
    save_checked(path, good.tensors, metadata);
    CHECK_THROWS_WITH_AS(TextClassifier::load(path), doctest::Contains((path + ": " + message).c_str()), FormatError);
  };
  refuses("attention", "loud", "attention is \"loud\"");
  refuses("embedding_dim", "-3", "embedding_dim is -3");
  refuses("embedding_dim", "8", "embedding.weight is [400, 16] f32");
  refuses("vocabulary_size", "10", "the vocabulary has 400 words, vocabulary_size is 10");
  refuses("vocabulary_size", "500", "embedding.weight is [400, 16] f32");
  refuses("max_length", "long", "max_length is \"long\", not a number");
  refuses("embedding_dim", "1000000000", "embedding.weight is [400, 16] f32, but the model's options require [400, 1000000000]");
  refuses("labels", "[]", "the model has no labels");
  refuses("labels", R"(["h", "g", "f", "e", "d", "c", "b", "a"])", "the model's labels are not sorted or not unique: \"h\"");
  refuses("labels", R"(["a", "b", "c", "d", "e", "f", "f", "g"])", "the model's labels are not sorted or not unique: \"f\"");
  refuses("labels", "[\"a\"]", "dense.weight is [8, 16] f32");
  refuses("vocabulary", "[", "a list of strings");
  refuses("vocabulary", "[\"a\"]", "");
  refuses("kind", "translate", "is a model of \"translate\"");
}

TEST_CASE("classify: help lists every option with its default") {
  Run help = classify("train --help");
  CHECK(help.code == 0);
  CHECK(help.error.empty());
  for (const char* part : {"--train",
                           "--dev",
                           "--model",
                           "--attention",
                           "=self",
                           "--vocab-size",
                           "=0",
                           "--embedding-dim",
                           "=128",
                           "--epochs",
                           "=100",
                           "--patience",
                           "=5",
                           "--min-updates",
                           "=300",
                           "--batch-size",
                           "=16",
                           "--learning-rate",
                           "=0.003",
                           "--dropout",
                           "=0.5",
                           "--max-length",
                           "=512",
                           "--seed",
                           "--row-updates",
                           "=auto",
                           "--least-dev-texts",
                           "=500",
                           "--threads",
                           "=1",
                           "--ngrams",
                           "--split-unspaced"})
    CHECK_MESSAGE(help.out.find(part) != std::string::npos, part);
  CHECK(classify("--help").out.find("predict") != std::string::npos);
  CHECK(classify("evaluate --help").out.find("--test") != std::string::npos);
  CHECK(classify("predict --help").out.find("--attention") != std::string::npos);
}
