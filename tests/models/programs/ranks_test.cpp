// Training by several ranks of mpirun. Skipped where weft was built without MPI; the other tests of ranks need none.
#include <weft/tensor/files/safetensors.h>

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <thread>

#include "tests/models/io/compressed.h"
#include "tests/models/programs/classify_files.h"

using namespace weft;
using test::Files, test::read_file, test::Run, test::run_program, test::TemporaryFolder, test::write_file;

namespace {

#ifdef WEFT_MPIRUN
constexpr bool kHasMpi = true;
const std::string kMpirun = WEFT_MPIRUN;
#else
constexpr bool kHasMpi = false;
const std::string kMpirun;
#endif

// Says once that tests are skipped; ctest reads it.
bool is_skipped() {
  static const bool skipped = [] {
    if (!kHasMpi) std::cout << "skipped: weft was built without MPI or with sanitizers, or there is no mpirun" << std::endl;
    return !kHasMpi;
  }();
  return skipped;
}

// Lets Open MPI run as root, and more ranks than cores without binding them, on a system that forbids reading another process's
// memory. MPICH ignores this.
void prepare_environment() {
  for (const char* name : {"OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "OMPI_MCA_rmaps_base_oversubscribe",
                           "OMPI_MCA_mpi_yield_when_idle"})
    setenv(name, "1", 1);
  setenv("OMPI_MCA_hwloc_base_binding_policy", "none", 1);
  setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none", 1);
  setenv("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe", 1);  // Open MPI 5
}

// Returns what a shell runs to start a program of weft on ranks; on one rank it runs by itself.
std::string on_ranks(int ranks, const std::string& program) {
  prepare_environment();
  const std::string path = WEFT_BINARY_DIR "/bin/" + program;
  return ranks == 1 ? path : kMpirun + " -n " + std::to_string(ranks) + " " + path;
}

Run run(int ranks, const std::string& program, const std::string& arguments, const std::string& input = "") {
  TemporaryFolder folder;
  write_file(folder / "in", input);
  return test::run_command(on_ranks(ranks, program) + " " + arguments + " <" + (folder / "in"));
}

std::int64_t count(const std::string& text, const std::string& part) {
  std::int64_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

// Checks that a program on several ranks has ended with one error, which contains `part`. mpirun adds lines of its own.
void check_refused_once(const Run& run, const std::string& program, const std::string& part) {
  CAPTURE(part);
  CAPTURE(run.error);
  CHECK(run.code == 2);
  CHECK(run.out.empty());
  CHECK(count(run.error, program + ": ") == 1);
  CHECK(count(run.error, part) == 1);
}

// Pairs of lines that differ in length.
struct Pairs {
  TemporaryFolder folder;
  std::string train = folder / "train.tsv";

  Pairs() {
    std::string tsv;
    for (int i = 0; i < 150; ++i) {
      std::string line(1, static_cast<char>('a' + i % 7));
      for (int n = i % 9; n > 0; --n) (line += ' ') += static_cast<char>('a' + (i + n) % 11);
      tsv += line + "\t" + line + " .\n";
    }
    write_file(train, tsv);
  }
  std::string options(const std::string& model, const std::string& more,
                      const std::string& sizes = "--hidden 16 --embedding-dim 8") const {
    return "train --train " + train + " --model " + (folder / model) + " --seed 3 " + sizes + " " + more;
  }
};

// Returns a log without what differs from run to run: speeds, and what is decided by them.
std::string without_times(const std::string& log) {
  std::string kept;
  for (const std::string& line : test::lines_of(log))
    if (!line.starts_with("shards run in graphs of their own")) kept += line.substr(0, line.find("  norm ")) + "\n";
  return kept;
}

}  // namespace

TEST_CASE("classify train: the model has the same bytes on 1, 2 and 4 ranks, with one and two threads") {
  if (is_skipped()) return;
  const Files files;
  std::string expected, log;
  for (int ranks : {1, 2, 4}) {
    CAPTURE(ranks);
    const Run trained = run(ranks, "classify",
                            files.training({{"--epochs", "2"},
                                            {"--shards", "8"},
                                            {"--batch-size", "30"},
                                            {"--clip-norm", "0.5"},
                                            {"--threads", ranks == 2 ? "2" : "1"}}));
    CAPTURE(trained.error);
    REQUIRE(trained.code == 0);
    if (ranks == 1) expected = read_file(files.model), log = trained.out;
    CHECK(read_file(files.model) == expected);
    CHECK(without_times(trained.out) == without_times(log));  // one rank writes it
  }
}

TEST_CASE("translate train: the model has the same bytes on 1, 2 and 4 ranks") {
  if (is_skipped()) return;
  const Pairs pairs;
  const std::string large = "--hidden 96 --embedding-dim 64";  // gradients that are exchanged during the backward pass
  for (const std::string more :
       {"--epochs 2 --shards 8 --batch-size 13", "--epochs 1 --shards 6 --batch-tokens 60 --accumulate 2"}) {
    CAPTURE(more);
    for (int ranks : {1, 2, 4}) {
      CAPTURE(ranks);
      const Run trained = run(ranks, "translate", pairs.options(std::to_string(ranks), more, large));
      CAPTURE(trained.error);
      REQUIRE(trained.code == 0);
      CHECK(read_file(pairs.folder / std::to_string(ranks)) == read_file(pairs.folder / "1"));
    }
  }
}

TEST_CASE("translate train: ranks prepare several files together, and the model has the bytes of one rank and one file") {
  if (is_skipped()) return;
  const Pairs pairs;
  std::string all, first, second;
  for (int i = 0; i < 9000; ++i) {
    const std::string word = std::to_string(i * 7 % 997);
    const std::string line =
        "un" + word + " Name" + std::to_string(i % 2003) + "\tein" + word + " Name" + std::to_string(i % 2003) + "\n";
    all += line;
    (i < 3000 ? first : second) += line;
  }
  write_file(pairs.folder / "all.tsv", all);
  write_file(pairs.folder / "first.tsv", first);
  write_file(pairs.folder / "second.tsv.gz", test::gzip(second));
  write_file(pairs.folder / "bad.tsv", second + "no tab\n");
  auto train = [&](int ranks, const std::string& files, const std::string& more) {
    std::string paths;
    std::istringstream names(files);
    for (std::string name; names >> name;) paths += " " + (pairs.folder / name);
    return run(ranks, "translate",
               "train --batch-size 512 --shards 4 --hidden 8 --embedding-dim 4 --seed 3 --model " + (pairs.folder / "model") +
                   " --train" + paths + more);
  };
  for (const std::string more : {" --epochs 1 --bpe-merges 200 --data-memory 0", " --epochs 0 --unit word --copy"}) {
    CAPTURE(more);
    std::string expected, log;
    for (int ranks : {1, 2, 4}) {
      CAPTURE(ranks);
      const Run trained = train(ranks, ranks == 1 ? "all.tsv" : "first.tsv second.tsv.gz", more);
      CAPTURE(trained.error);
      REQUIRE(trained.code == 0);
      if (ranks == 1) expected = read_file(pairs.folder / "model"), log = without_times(trained.out);
      CHECK((read_file(pairs.folder / "model") == expected));
      CHECK(without_times(trained.out) == log);
    }
  }
  std::string links;
  for (int i = 0; i < 9000; ++i) links += i == 5000 ? "0-0 9-0\n" : "0-0 1-1\n";  // the error is in the second rank's block
  write_file(pairs.folder / "links", links);
  for (int ranks : {2, 4}) {
    check_refused_once(train(ranks, "first.tsv bad.tsv", ""), "translate",
                       "translate: " + (pairs.folder / "bad.tsv") + ":6001: expected source<TAB>target");
    check_refused_once(train(ranks, "all.tsv", " --epochs 0 --unit word --alignments " + (pairs.folder / "links")), "translate",
                       "translate: " + (pairs.folder / "links") + ":5001: ");
  }
}

TEST_CASE("translate train: SIGUSR1 to mpirun stops all ranks with a checkpoint, and fewer ranks go on to the same bytes") {
  if (is_skipped()) return;
  const Pairs pairs;
  const std::string more = "--epochs 25 --patience 0 --shards 4 --batch-size 5 ";
  const Run whole = run(1, "translate", pairs.options("whole", more));
  REQUIRE(whole.code == 0);
  test::Background training(on_ranks(4, "translate") + " " + pairs.options("model", more));
  training.wait_for("\nepoch 1/");
  const Run stopped = training.end(SIGUSR1);
  CAPTURE(stopped.error);
  CHECK(stopped.code == 130);
  CHECK(count(stopped.error, "translate: stopped; to continue, repeat the command with --resume") == 1);
  const Run resumed = run(2, "translate", pairs.options("model", more + "--resume"));
  CAPTURE(resumed.error);
  CHECK(resumed.code == 0);
  CHECK(count(resumed.out, "resumed at epoch ") == 1);
  CHECK(read_file(pairs.folder / "model") == read_file(pairs.folder / "whole"));
}

TEST_CASE("several ranks: what cannot be shared, and what is wrong on all, is refused with one message") {
  if (is_skipped()) return;
  const Pairs pairs;
  check_refused_once(run(2, "translate", "evaluate --model " + pairs.train + " --test " + pairs.train), "translate",
                     "runs on one rank, but mpirun started 2; only train shares its work");
  check_refused_once(run(3, "translate", pairs.options("model", "--shards 8")), "translate",
                     "there are 3 ranks, which is not a power of two");
  check_refused_once(run(4, "translate", pairs.options("model", "--shards 2")), "translate",
                     "4 ranks need --shards of at least 4, not 2");
  check_refused_once(run(2, "translate", pairs.options("model", "")), "translate", "2 ranks need --shards of at least 2, not 1");
  check_refused_once(run(2, "classify", "train --shards 2 --train /nowhere.tsv --model " + (pairs.folder / "model")), "classify",
                     "cannot open /nowhere.tsv: No such file or directory");
  check_refused_once(run(2, "classify", "train --shards 2 --train - --model " + (pairs.folder / "model"), "a\tb\n"), "classify",
                     "several ranks cannot read standard input; name files instead");
}

TEST_CASE("several ranks: one that lacks a file, or has another option, ends all with one message that names it") {
  if (is_skipped()) return;
  const Pairs pairs;
  prepare_environment();
  const std::string program = WEFT_BINARY_DIR "/bin/translate ", usual = pairs.options("model", "--shards 2");
  const auto run_two = [&](const std::string& other) {
    return test::run_command(kMpirun + " -n 1 " + program + usual + " : -n 1 " + program + other + " </dev/null");
  };
  check_refused_once(run_two("train --train /nowhere.tsv --shards 2 --model " + (pairs.folder / "model")), "translate",
                     "translate: rank 1: cannot open /nowhere.tsv: No such file or directory");
  const Run differs = run_two(usual + " --batch-size 9");
  CHECK(differs.code == 2);
  CHECK(count(differs.error, "translate: ") == 1);
  CHECK(count(differs.error, "translate: fit: rank 1 has --batch-size: 9, but rank 0 has 32; ") == 1);
}

TEST_CASE("several ranks: one that fails while the others are done ends all with its own message") {
  if (is_skipped()) return;
  const Files files;
  const std::filesystem::path reports = files.folder / "reports";
  const std::string report = reports / "r.html", options = files.training({{"--epochs", "60"},
                                                                           {"--patience", "60"},
                                                                           {"--shards", "4"},
                                                                           {"--rank-timeout", "20"},
                                                                           {"--report", report}});
  for (int ranks : {2, 4}) {
    CAPTURE(ranks);
    std::filesystem::create_directory(reports);
    test::Background training(on_ranks(ranks, "classify") + " " + options);
    training.wait_for("epoch 1/");
    std::filesystem::remove_all(reports);  // the first rank alone writes the report
    const Run failed = training.end(0);
    CAPTURE(failed.error);
    CHECK(failed.code == 2);
    CHECK(count(failed.error, "classify: ") == 1);
    CHECK(count(failed.error, "r.html: ") == 1);
    CHECK(count(failed.error, " has been silent for ") == 0);
  }
}

TEST_CASE("one rank: a script under mpirun can run several programs") {
  if (is_skipped()) return;
  prepare_environment();
  const std::string program = WEFT_BINARY_DIR "/bin/classify --version";
  const Run both = test::run_command(kMpirun + " -n 1 sh -c '" + program + " && " + program + "' </dev/null");
  CAPTURE(both.error);
  CHECK(both.code == 0);
  CHECK(count(both.out, "classify ") == 2);
}
