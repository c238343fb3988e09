// Inputs of programs: pipes, devices, missing or empty files, and closed standard streams. Also --version.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "tests/models/io/foreign_file.h"
#include "tests/models/programs/classify_files.h"

using namespace weft::test;

namespace {

// A pipe in the file system that another thread writes to.
struct Pipe {
  std::string path;
  std::thread writer;
  Pipe(const TemporaryFolder& folder, const std::string& content) : path(folder / "pipe") {
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    writer = std::thread([this, content] { write_file(path, content); });
  }
  // If the program never opened the pipe, the writer is still waiting; opening it for reading releases the writer.
  ~Pipe() {
    const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK);
    writer.join();
    close(reader);
  }
};

std::string version() { return run_program("classify", "--version").out; }

}  // namespace

TEST_CASE("a configuration is read from standard input and from pipes") {
  const Files files;
  const std::string toml = "[train]\nepochs = 2\nno-such-option = 1\n", good = "[train]\nepochs = 2\n";
  const std::string command =
      "train --embedding-dim 4 --train " + files.train + " --dev " + files.dev + " --model " + files.model;
  for (const char* path : {"/dev/stdin", "/dev/fd/0"}) {
    check_refused(classify("--config " + std::string(path) + " " + command, toml),
                  std::string(path) + ":3: no option is called train.no-such-option");
    const Run run = classify("--config " + std::string(path) + " " + command, good);
    CHECK(run.code == 0);
    CHECK(run.out.find("epoch 2/2") != std::string::npos);
  }
  {
    const TemporaryFolder folder;
    const Pipe pipe(folder, toml);
    check_refused(classify("--config " + pipe.path + " " + command), pipe.path + ":3: no option is called train.no-such-option");
  }
  {
    const TemporaryFolder folder;
    const Pipe pipe(folder, good);
    const Run run = classify("--config " + pipe.path + " " + command);
    CHECK(run.code == 0);
    CHECK(run.out.find("epoch 2/2") != std::string::npos);
  }
  check_refused(classify("--config /dev/zero " + command), "/dev/zero:1: a configuration is longer than 16 MiB");
  check_refused(classify("--config /dev/stdin train --train - --model " + files.model, good),
                "standard input can be read only once, not as 2 inputs");
}

TEST_CASE("unreadable files are reported before the work begins") {
  const Files files;
  const std::string empty = files.folder / "empty", codes = files.folder / "codes";
  write_file(empty, "");
  write_file(codes, "#version: 0.2\no n</w>\n");
  for (const std::string option : {"--dev", "--vectors", "--vocab", "--bpe-codes", "--sentencepiece"}) {
    check_refused(classify(files.training({{option, files.folder / "none"}})),
                  "cannot open " + (files.folder / "none") + ": No such file or directory");
    check_refused(classify(files.training({{option, empty}})), empty + ":1: the file is empty");
    check_refused(classify(files.training({{option, "/tmp"}})), "cannot read /tmp: it is a folder");
  }
  // Nothing was read, because the training texts would come from a pipe without a writer.
  const std::string pipe = files.folder / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  check_refused(classify(files.training({{"--train", pipe}, {"--dev", empty}})), empty + ":1: the file is empty");
}

TEST_CASE("every reader names the kind of a foreign file and says what to do") {
  const Files files;
  const std::string path = files.folder / "foreign";
  for (const auto& [bytes, said] : foreign_files()) {
    write_file(path, bytes);
    for (const std::string option : {"--train", "--dev", "--vectors", "--vocab", "--bpe-codes", "--sentencepiece"})
      check_refused(classify(files.training({{option, path}})), path + said);
    check_refused(classify("--config " + path + " " + files.training()), path + said);
    check_refused(classify("show --model " + path), path + said);
    check_refused(run_program("translate", "show --model " + path), path + said);
    check_refused(run_program("translate", "train --train " + path + " " + path + " --model " + files.model), path + said);
  }
  REQUIRE(classify(files.training()).code == 0);
  for (const auto& [bytes, said] : foreign_files()) {
    check_refused(classify("predict --model " + files.model, bytes), "standard input" + said);
    write_file(path, bytes);
    check_refused(classify("evaluate --model " + files.model + " --test " + path), path + said);
  }
}

TEST_CASE("a short line with a NUL is answered, and so are the next lines") {
  const Files files;
  REQUIRE(classify(files.training()).code == 0);
  for (const std::string& bad : {std::string(1, '\0'), std::string("\0a\0", 3), std::string("a\0", 2)}) {
    const Run run = classify("predict --model " + files.model, bad + "\ngood\n");
    CHECK(run.code == 0);
    CHECK(lines_in(run.out) == 2);
    CHECK(run.error.find("standard input:1: NUL at byte ") == 0);
  }
}

TEST_CASE("one column as label and as text is refused before training") {
  const Files files;
  for (const std::string columns : {"1,1", "label,label", "1,2,1"}) {
    const Run run = classify(files.training({{"--columns", columns}}));
    check_refused(run, "is named twice, as the label and as the text");
  }
  write_file(files.dev, "de,fr\nja,oui\n");
  check_refused(run_program("translate", "train --format csv --columns de,1 --train " + files.dev + " --model " + files.model),
                files.dev + ":1: columns: column 1 is named twice, as the source and as the target");
}

TEST_CASE("the number of lines that are not UTF-8 in a file of vectors is reported once") {
  const Files files;
  const std::string vectors = files.folder / "vectors",
                    command = files.training({{"--vectors", vectors}, {"--embedding-dim", "2"}});
  const std::string said = vectors + ":2: not UTF-8 at byte 3: replaced by U+FFFD";
  write_file(vectors, "the 1 2\ncaf\xE9 1 2\na 1 2\n");
  CHECK(classify(command).error == said + "\n");
  write_file(vectors, "the 1 2\ncaf\xE9 1 2\n\xE9t\xE9 1 2\n");
  CHECK(classify(command).error == said + ", and 1 line more\n");
  write_file(vectors, "the 1 2\ncaf\xE9 1 2\n\xE9 1 2\n\xE8 1 2\na 1 2\n");
  const Run run = classify(command);
  CHECK(run.code == 0);
  CHECK(run.error == said + ", and 2 lines more\n");
}

TEST_CASE("models in pipes and endless devices are refused") {
  const Files files;
  const std::string pipe = files.folder / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  for (const char* program : {"classify", "translate"})
    for (const std::string& path : {pipe, std::string("/dev/zero")})
      check_refused(run_program(program, "show --model " + path), path + ": not a regular file");
  const std::string limited = "ulimit -f 100000; exec " WEFT_BINARY_DIR "/bin/classify ";
  for (const char* device : {"/dev/zero", "/dev/full"}) {
    const Run run = run_program(
        "", "", "", "; (" + limited + files.training({{"--train", device}}) + ") >/dev/null 2>" + (files.folder / "said"));
    CHECK(run.code == 2);
    CHECK(read_file(files.folder / "said").find(device + std::string(":1: a line is longer than 16 MiB")) != std::string::npos);
  }
}

TEST_CASE("training texts can come through a slow pipe") {
  const Files files;
  const TemporaryFolder folder;
  const Pipe pipe(folder, read_file(files.train));
  REQUIRE(classify(files.training()).code == 0);
  const std::string model = read_file(files.model);
  CHECK(classify(files.training({{"--train", pipe.path}})).code == 0);
  CHECK(read_file(files.model) == model);
}

TEST_CASE("closed standard streams are not used for data files") {
  const Files files;
  REQUIRE(classify(files.training()).code == 0);
  const std::string log = files.folder / "log", board = files.folder / "board";
  const Run run = classify(files.training({{"--csv-log", log}, {"--tensorboard", board}}), "", "<&- >&-");
  CHECK(run.code == 2);
  CHECK(run.error.find("cannot write to standard output") != std::string::npos);
  CHECK(read_file(log).starts_with("epoch,"));
  CHECK(read_file(log).find("epoch 1/1") == std::string::npos);
  for (const auto& entry : std::filesystem::directory_iterator(board))
    CHECK(read_file(entry.path().string()).find("epoch 1/1") == std::string::npos);
  check_refused(classify("predict --model " + files.model, "", "<&-"), "cannot read standard input: Bad file descriptor");
}

TEST_CASE("all programs print their version") {
  CHECK(version().starts_with("classify "));
  const std::string number = version().substr(9);
  CHECK(number.find('.') != std::string::npos);
  for (const std::string program : {"translate", "demo"}) {
    const Run run = run_program(program, "--version");
    CHECK(run.code == 0);
    CHECK(run.out == program + " " + number);
  }
  CHECK(classify("train --version").out == "classify " + number);
}

TEST_CASE("with no epochs the initial model is written and the log says so") {
  const Files files;
  const Run run = classify(files.training({{"--epochs", "0"}}));
  CHECK(run.code == 0);
  CHECK(run.out.find("\nepochs 0: nothing is trained, the weights keep their initial values\n") != std::string::npos);
  CHECK(classify("evaluate --model " + files.model + " --test " + files.test).code == 0);
  CHECK(classify("train --help").out.find("0: write the untrained model") != std::string::npos);
}

TEST_CASE("a vocabulary of another program is read, and the share of known words is reported") {
  const TemporaryFolder folder;
  const std::string texts = folder / "texts.tsv", words = folder / "words";
  std::string lines;
  for (int i = 0; i < 20; ++i) lines += i % 2 ? "pos\tgood film\n" : "neg\tbad film\n";
  write_file(texts, lines);
  const std::string command =
      "train --epochs 1 --embedding-dim 4 --train " + texts + " --dev " + texts + " --model " + (folder / "m") + " --vocab ";
  const std::string known = "words known 75.00 % of the training texts, " + words + "\n";
  for (const char* content : {"good 5\nfilm 7\n", "</s>: 0\n<unk>: 1\ngood: 2\n\"film\": 3\n", "{\"film\": 1, \"good\": 0}",
                              "<unk>\t0\n<s>\t0\ngood\t-1.5\nfilm\t-2\n", "good\nfilm\n"}) {
    CAPTURE(content);
    write_file(words, content);
    const Run run = classify(command + words);
    CAPTURE(run.error);
    CHECK(run.code == 0);
    CHECK(run.out.find(known) != std::string::npos);
  }
  write_file(words,
             "\xE2\x96\x81good\n\xE2\x96\x81"
             "film\n");
  const Run none = classify(command + words);
  CHECK(none.code == 2);
  CHECK(none.error.find(words + " has none of the words of the training texts") != std::string::npos);
}
