// How the programs run a training: configuration files, logs, interruption and resuming.
#include <weft/tensor/files/safetensors.h>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "tests/models/programs/run_program.h"
#include "tests/sanitizers.h"

using namespace weft;
using test::check_refused, test::read_file, test::Run, test::TemporaryFolder, test::write_file;

namespace {

struct Pairs {
  TemporaryFolder folder;
  std::string train = folder / "train.tsv", model = folder / "model";

  Pairs() {
    std::string tsv;
    for (int i = 0; i < 200; ++i) {
      const std::string a(1, static_cast<char>('a' + i % 7)), b(1, static_cast<char>('a' + i % 11));
      tsv += a + " " + b + "\t" + b + " " + a + " " + a + " " + b + "\n";
    }
    write_file(train, tsv);
  }
  // Runs a small training with more options; `before` is put before the program's name.
  std::string options(const std::string& model_name, const std::string& more) const {
    return "train --train " + train + " --model " + (folder / model_name) + " --hidden 16 --embedding-dim 8 --batch-size 10 " +
           more;
  }
  Run run(const std::string& model_name, const std::string& more) const {
    return test::run_program("translate", options(model_name, more));
  }
  std::size_t checkpoints() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "")) count += entry.path().extension() == ".checkpoint";
    return count;
  }
};

// A translate process that runs in parallel with the test.
struct Running : test::Background {
  explicit Running(const std::string& arguments) : Background(WEFT_BINARY_DIR "/bin/translate " + arguments) {}
  void wait_for_epoch() const { wait_for("\nepoch "); }
};

}  // namespace

TEST_CASE("translate train: killed repeatedly, it ends with the same bytes as without interruption") {
  for (const char* chosen_by : {"", "--monitor bleu --plateau-factor 0.5 --plateau-patience 1 "}) {
    Pairs pairs;
    const std::string more = std::string("--epochs 30 --average 0.9 --dropout 0.3 --seed 3 ") + chosen_by;
    CAPTURE(more);
    REQUIRE(pairs.run("undisturbed", more).code == 0);
    const std::string arguments = pairs.options("killed", more + "--checkpoint-every 1u --resume");
    int killed = 0, resumed = 0;
    for (double seconds = 0.05;; seconds *= 1.3) {
      Running running(arguments);
      std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
      const Run run = running.end(SIGKILL);
      CAPTURE(run.error);
      REQUIRE((run.code == 0 || run.code == 137));
      resumed += run.out.find("\nresumed at epoch ") != std::string::npos;
      if (run.code == 0) break;
      ++killed;
    }
    CHECK(killed >= 1);
    CHECK(resumed >= 1);
    CHECK(read_file(pairs.folder / "killed") == read_file(pairs.folder / "undisturbed"));
    CHECK(pairs.checkpoints() == 0);
  }
}

TEST_CASE("translate bottleneck: killed and resumed, it ends with the same models and scores as without interruption") {
  Pairs pairs;
  const std::string options = "bottleneck --train " + pairs.train + " --test " + pairs.train +
                              " --hidden 16 --embedding-dim 8 --batch-size 10 --epochs 12 --seed 3 --model " +
                              (pairs.folder / "");
  const Run whole = test::run_program("translate", options + "undisturbed");
  REQUIRE(whole.code == 0);
  auto scores = [](const std::string& log) { return log.substr(log.rfind("\nparameters with attention ")); };
  int resumed = 0;
  for (double seconds = 0.05;; seconds *= 1.3) {
    Running running(options + "killed --resume");
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    const Run run = running.end(SIGKILL);
    CAPTURE(run.error);
    REQUIRE((run.code == 0 || run.code == 137));
    resumed += run.out.find("\nresumed at epoch ") != std::string::npos;
    if (run.code != 0) continue;
    CHECK(scores(run.out) == scores(whole.out));
    break;
  }
  CHECK(resumed >= 1);
  for (const char* name : {"-attention-3", "-fixed-3"})
    CHECK(read_file(pairs.folder / ("killed" + std::string(name))) ==
          read_file(pairs.folder / ("undisturbed" + std::string(name))));
  CHECK(pairs.checkpoints() == 0);
  check_refused(test::run_program("translate", "bottleneck --resume --train " + pairs.train + " --test " + pairs.train),
                "--resume needs --model");
}

TEST_CASE("translate bottleneck: Ctrl-C shows the runs that have ended") {
  Pairs pairs;
  const std::string report = pairs.folder / "report.html";
  Running running("bottleneck --train " + pairs.train + " --test " + pairs.train +
                  " --hidden 16 --embedding-dim 8 --epochs 100 --model " + (pairs.folder / "twins") + " --report " + report);
  running.wait_for(" (2/2)\n");
  const Run run = running.end(SIGINT);
  CHECK(run.code == 130);
  CHECK(run.error == "translate: stopped after 1 of 2 runs; the same command with --resume continues\n");
  CHECK(run.out.find("\nparameters with attention ") != std::string::npos);
  CHECK(run.out.find("\n\nwith attention:\n") != std::string::npos);
  CHECK(read_file(report).find("Quality by length") != std::string::npos);
  CHECK(pairs.checkpoints() == 2);
  const std::string other = "bottleneck --train " + pairs.train + " --test " + pairs.train +
                            " --hidden 16 --embedding-dim 8 --epochs 100 --beam 2 --bounds 1 --resume --model " +
                            (pairs.folder / "twins");
  CHECK(test::run_program("translate", other).code == 0);
}

TEST_CASE("translate train: Ctrl-C saves and stops, and --resume continues") {
  Pairs pairs;
  const std::string arguments = pairs.options("stopped", "--epochs 100000 --resume");
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Running running(arguments);
    running.wait_for_epoch();
    const Run run = running.end(signal);
    CHECK(run.code == 130);
    CHECK(run.error.find("translate: stopped; to continue, repeat the command with --resume; it reads ") == 0);
    CHECK(test::lines_in(run.error) == 1);
    CHECK(pairs.checkpoints() == 1);
    if (signal != SIGINT) CHECK(run.out.find("\nresumed at epoch ") != std::string::npos);
  }
  Run other = pairs.run("stopped", "--epochs 100000 --resume --dropout 0.25");
  CHECK(other.code == 2);
  CHECK(other.error.find("was written with --dropout 0.3, but this training has 0.25") != std::string::npos);
}

TEST_CASE("translate train: training continues if the reader of its log exits") {
  Pairs pairs;
  const std::string error = pairs.folder / "error";
  REQUIRE(pairs.run("undisturbed", "--epochs 3").code == 0);
  const std::string command = "(" WEFT_BINARY_DIR "/bin/translate " + pairs.options("unread", "--epochs 3") +
                              "; echo code $? >&2) 2>" + error + " | head -1 >/dev/null";
  REQUIRE(std::system(command.c_str()) == 0);
  CHECK(read_file(error) == "translate: cannot write to standard output: Broken pipe\ncode 2\n");
  CHECK(read_file(pairs.folder / "unread") == read_file(pairs.folder / "undisturbed"));
}

TEST_CASE("translate train: files of an earlier run are kept if training does not begin") {
  Pairs pairs;
  const std::string config = pairs.folder / "config", codes = pairs.folder / "codes", dev = pairs.folder / "dev",
                    source = pairs.folder / "source words", target = pairs.folder / "target words", log = pairs.folder / "log",
                    board = pairs.folder / "board";
  const std::vector<std::string> all{config, codes, source, target};
  for (const std::string& path : all) write_file(path, "earlier\n");
  write_file(log, "earlier\n");
  write_file(dev, "no pair\n");
  const std::string saved = " --unit bpe --save-config " + config + " --save-bpe-codes " + codes + " --save-vocab '" + source +
                            "' '" + target + "' --csv-log " + log + " --tensorboard " + board;
  CHECK(pairs.run("a", "--epochs 1 --clip-norm -1" + saved).code == 2);
  CHECK(pairs.run("a", "--epochs 1 --dev " + dev + saved).code == 2);
  for (const std::string& path : all) CHECK(read_file(path) == "earlier\n");
  CHECK(std::filesystem::is_empty(board));
  CHECK(pairs.run("a", "--epochs 0" + saved).code == 0);
  for (const std::string& path : all) CHECK(read_file(path) != "earlier\n");
  CHECK(read_file(log) == "earlier\n");  // no epoch was trained
}

TEST_CASE("translate train: Ctrl-C ends it at once while it reads") {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    TemporaryFolder folder;
    const std::string pipe = folder / "pipe";
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    Running running("train --train " + pipe + " --model " + (folder / "model"));
    std::ofstream writer(pipe);  // opens when the program opens it
    writer << "one\tun\n" << std::flush;
    CHECK(running.end(signal).code == 128 + signal);
    CHECK(folder.files() == 1);
  }
}

TEST_CASE("translate train: options are read from a file, and the command line takes precedence") {
  Pairs pairs;
  const std::string config = pairs.folder / "config.toml";
  REQUIRE(pairs.run("a", "--epochs 2 --cell gru --bridge --unscaled-scores --save-config " + config).code == 0);
  const std::string saved = read_file(config);
  for (const char* line : {"[train]\n", "\nepochs = 2\n", "\ncell = \"gru\"\n", "\nbridge = true\n", "\nscaled-scores = false\n",
                           "\ndropout = 0.3\n"})
    CHECK(saved.find(line) != std::string::npos);
  const std::string command = "train --config " + config + " --model ";
  REQUIRE(test::run_program("translate", command + (pairs.folder / "b")).code == 0);
  CHECK(read_file(pairs.folder / "a") == read_file(pairs.folder / "b"));
  REQUIRE(test::run_program("translate", command + (pairs.folder / "c") + " --cell lstm").code == 0);
  const TensorFile model = load_tensors(pairs.folder / "c");
  CHECK(model.metadata.at("cell") == "lstm");
  CHECK(model.metadata.at("config").find("\ncell = \"lstm\"\n") != std::string::npos);
  CHECK(model.metadata.at("config").find("model =") == std::string::npos);

  const Run shown = test::run_program("translate", "show --model " + (pairs.folder / "c"));
  CHECK(shown.code == 0);
  for (const char* part : {"decoder.rnn", "\n[train]\n", "\ncell = \"lstm\"\n"}) CHECK(shown.out.find(part) != std::string::npos);

  write_file(config, "[train]\nepochs = 3\nepoch = 2\n");
  check_refused(pairs.run("d", "--config " + config), config + ":3: no option is called train.epoch");
  write_file(config, "[train]\nepochs = \"many\"\n");
  check_refused(pairs.run("d", "--config " + config), "\"many\" is not a whole number");
  write_file(config, "[train]\nepochs = many\n");
  check_refused(pairs.run("d", "--config " + config),
                config + ":2:10: Error while parsing value: could not determine value type");
  check_refused(pairs.run("d", "--config /nowhere/config.toml"), "/nowhere/config.toml");
}

// Checks that options saved, read and saved again are the same.
void check_round_trip(const std::string& program, const std::string& options) {
  CAPTURE(options);
  TemporaryFolder folder;
  const std::string first = folder / "first.toml", second = folder / "second.toml";
  const Run saved = test::run_program(program, "train " + options + " --save-config " + first);
  CAPTURE(saved.error);
  REQUIRE(saved.code == 0);
  const Run again = test::run_program(program, "train --config " + first + " --save-config " + second);
  CAPTURE(again.error);
  REQUIRE(again.code == 0);
  CHECK(read_file(first) == read_file(second));
  for (std::size_t at = options.find("--"); at != std::string::npos; at = options.find("--", at + 2)) {
    const std::string name = options.substr(at + 2, options.find(' ', at) - at - 2);
    CAPTURE(name);
    CHECK((read_file(first).find("\n" + name + " = ") != std::string::npos || name.starts_with("keep-")));
  }
}

TEST_CASE("train: a configuration file restores every option, whatever its value") {
  TemporaryFolder folder;
  const std::string odd = folder / "a#b\\ \"\t\né.tsv";
  const std::string model = " --model '" + (folder / "1e3") + "'", log = " --csv-log '" + (folder / "true #\\") + "'";
  write_file(odd, "a b\tb a\nb\ta\nc\tc\n");
  write_file(folder / "links", "0-1 1-0\n\n0-0\n");
  const std::string training =
      " --epochs 0 --batch-size 9 --batch-tokens 77 --accumulate 2 --normalization example --schedule step:0.5/2e --warmup 10% "
      "--plateau-factor 0.5 --plateau-patience 1 --clip-norm 1e-1 --average 0.999 --not-finite skip --patience 4 "
      "--seed 18446744073709551615 --checkpoint-every 0u --keep-checkpoints 1 --threads 2 --data-memory 1 --label-smoothing 1e-2 "
      "--max-length 50 --unicode nfkc --unit bpe --bpe-merges 5 --format tsv --header no --vocab-size 30 --embedding-dim 8 "
      "--monitor accuracy --dropout 0.10 --learning-rate 1e-3 --picture --report-date 2024-05-01 --report '" +
      (folder / "report.html") + "' --tensorboard '" + (folder / "0x10") + "'";
  check_round_trip("translate",
                   "--train '" + odd + "' --dev '" + odd + "'" + model + log + training +
                       " --columns 1,2 --cell gru --attention additive --wiring bahdanau --bidirectional --bridge --layers 2 "
                       "--copy --layer-norm --tie target --residual --hidden 8 --variational-dropout --word-dropout-source 0.1 "
                       "--word-dropout-target 0.1 --min-count 1 --teacher-forcing 0.5 --teacher-forcing-schedule linear "
                       "--teacher-forcing-steps 3 --coverage --coverage-loss 0.5 --alignment-loss 0.2 --alignments '" +
                       (folder / "links") + "' --lower-case --split-punctuation --separate-codes --save-bpe-codes '" +
                       (folder / "codes 1") + "' '" + (folder / "codes#2") + "' --save-vocab '" + (folder / "1") + "' '" +
                       (folder / "nan") + "'");
  check_round_trip("classify",
                   "--train '" + odd + "' --dev '" + odd + "'" + model + log + training +
                       " --columns 2,1 --attention pooling --weight-decay 1e-2 --row-updates lazy --word-dropout 0.1 --ngrams 2 "
                       "--label-prefix '' --keep-case --keep-punctuation --save-vocab '" +
                       (folder / "words") + "'");
}

TEST_CASE("translate train: writes a table of the epochs and TensorBoard files") {
  Pairs pairs;
  const std::string table = pairs.folder / "log.csv", board = pairs.folder / "board";
  REQUIRE(pairs.run("a", "--epochs 3 --csv-log " + table + " --tensorboard " + board).code == 0);
  const std::string rows = read_file(table);
  CHECK(rows.starts_with(
      "epoch,updates,seconds,tokens,learning_rate,gradient_norm,skipped,loss,accuracy,dev_loss,dev_accuracy\n1,19,"));
  CHECK(test::lines_in(rows) == 4);
  std::size_t events = 0;
  for (const auto& entry : std::filesystem::directory_iterator(board)) {
    CHECK(entry.path().filename().string().starts_with("events.out.tfevents."));
    const std::string bytes = read_file(entry.path().string());
    for (const char* tag : {"train/loss", "train/learning_rate", "train/gradient_norm", "train/epoch_accuracy", "dev/loss"})
      CHECK(bytes.find(tag) != std::string::npos);
    ++events;
  }
  CHECK(events == 1);
  check_refused(pairs.run("b", "--csv-log /nowhere/log.csv"), "/nowhere/log.csv");
}

TEST_CASE("translate train: the dev score that chooses the epoch can be set") {
  Pairs pairs;
  const std::string table = pairs.folder / "log.csv", board = pairs.folder / "board";
  const Run bleu = pairs.run("bleu", "--epochs 3 --monitor bleu --picture --csv-log " + table + " --tensorboard " + board);
  CAPTURE(bleu.error);
  REQUIRE(bleu.code == 0);
  CHECK(bleu.out.find("  dev_bleu ") != std::string::npos);
  CHECK(bleu.out.find("\n  bleu (best epoch ") != std::string::npos);
  CHECK(read_file(table).find(",dev_loss,dev_accuracy,dev_bleu\n") != std::string::npos);
  for (const auto& entry : std::filesystem::directory_iterator(board))
    CHECK(read_file(entry.path().string()).find("dev/bleu") != std::string::npos);
  const Run accuracy = pairs.run("accuracy", "--epochs 1 --monitor accuracy");
  CHECK(accuracy.code == 0);
  CHECK(accuracy.out.find("bleu") == std::string::npos);
  check_refused(pairs.run("other", "--monitor macro_f1"), "--monitor: macro_f1 not in {loss,accuracy,bleu}");
}

TEST_CASE("translate train: logs and configurations do not overwrite other files of the run") {
  Pairs pairs;
  const std::string before = read_file(pairs.train);
  for (const char* option : {"--csv-log ", "--save-config "})
    check_refused(pairs.run("a", option + pairs.train), "would replace another file of the same run");
  check_refused(pairs.run("a", "--csv-log " + (pairs.folder / "x") + " --save-config " + (pairs.folder / "x")),
                "would replace another file of the same run");
  check_refused(pairs.run("a", "--csv-log '" + (pairs.folder / "a\xff") + "' --save-config " + (pairs.folder / "x")),
                "--csv-log is not UTF-8, as configurations are: ");
  CHECK(read_file(pairs.train) == before);
}

TEST_CASE("translate train: an invalid length or schedule is refused before training") {
  Pairs pairs;
  check_refused(pairs.run("a", "--warmup 5"), "\"5\" is not a length of training");
  check_refused(pairs.run("a", "--checkpoint-every soon"), "\"soon\" is not a length of training");
  check_refused(pairs.run("a", "--schedule cosin"), "schedule \"cosin\": expected constant, cosine,");
  check_refused(pairs.run("a", "--average 1"), "fit: --average is 1, not from 0 to below 1");
}

TEST_CASE("translate train: a process of several ranks without the MPI of its launcher says what is wrong") {
  if (test::kAddressSanitizer) return;  // MPI's libraries are not built for it
  const Pairs files;
  const Run run =
      test::run_command("OMPI_COMM_WORLD_SIZE=2 " WEFT_BINARY_DIR "/bin/translate " + files.options("model", "--shards 2"));
  check_refused(run, "translate: MPI: was launched as one of 2 ranks, but ");
}
