#include <weft/models/io/byte_stream.h>
#include <weft/models/io/model_file.h>
#include <weft/models/programs/command_line/file_use.h>
#include <weft/models/training/training_checkpoint.h>
#include <weft/tensor/base/error.h>
#include <weft/tensor/files/atomic_file.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

namespace weft::programs {

namespace {

namespace fs = std::filesystem;

// Two paths with equal identities are the same file.
struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  std::string name = {};  // of a file that does not exist yet, in the folder with this inode; otherwise ""
  bool operator==(const Identity&) const = default;
};

// Follows links, also to files that do not exist, as opening a file for writing does.
std::string behind_links(std::string path) {
  constexpr int kMostLinks = 40;
  std::error_code error;
  for (int i = 0; i < kMostLinks && fs::is_symlink(fs::symlink_status(path, error)); ++i)
    path = (fs::path(path).parent_path() / fs::read_symlink(path, error)).string();
  return path;
}

// Returns nothing for what cannot be damaged: devices, sockets, and files in folders that do not exist.
std::optional<Identity> identity_of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) return std::nullopt;
    return Identity{status.st_dev, status.st_ino};
  }
  const fs::path target = behind_links(path);
  const std::string folder = target.has_parent_path() ? target.parent_path().string() : ".";
  if (stat(folder.c_str(), &status) != 0) return std::nullopt;
  return Identity{status.st_dev, status.st_ino, target.filename().string()};
}

std::optional<Identity> identity_of_stream(int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return Identity{status.st_dev, status.st_ino};
}

// A file that is used in this run.
struct File {
  std::string path, option;  // the option is empty for standard streams
  std::optional<Input> input = {};
  std::optional<Output> output = {};
  std::optional<Identity> identity = {};
};

bool is_standard_input(const File& file) { return file.input && text::name_of(file.path) == "standard input"; }

// Returns the files that the program's options and those of the given subcommand name.
std::vector<File> files_of(const Command& program) {
  std::vector<File> files;
  each_given(program, [&](const Command& command) {
    for (const Option& option : command.options()) {
      if (!option.input() && !option.output()) continue;
      std::vector<std::string> paths = option.given();
      if (paths.empty() && !option.default_text().empty()) paths = {option.default_text()};
      for (const std::string& path : paths) {
        if (path.empty() && option.output() != Output::model) continue;
        files.push_back({path, option.name(), option.input(), option.output(), {}});
        if (!is_standard_input(files.back())) files.back().identity = identity_of(path);
      }
    }
  });
  return files;
}

std::vector<File> standard_streams() {
  std::vector<File> streams{{"standard input", "", Input::maybe_empty, {}, identity_of_stream(STDIN_FILENO)},
                            {"standard output", "", {}, Output::stream, identity_of_stream(STDOUT_FILENO)},
                            {"standard error", "", {}, Output::stream, identity_of_stream(STDERR_FILENO)}};
  if (streams[1].identity == streams[2].identity) streams.pop_back();  // 2>&1
  return streams;
}

bool is_whole(const File& file) { return file.output == Output::file || file.output == Output::model; }

// Returns whether writing this output, or training with it, would remove the other file: a checkpoint, or a temporary file that a
// killed process left behind.
bool would_remove(const File& written, const File& other) {
  const fs::path target = behind_links(written.path), candidate = behind_links(other.path);
  const std::string base = target.filename().string(), whole = candidate.filename().string();
  const std::string folder = target.has_parent_path() ? target.parent_path().string() : ".";
  const auto unfinished = AtomicFile::target_of_temporary(whole);
  const std::string name(unfinished.value_or(whole));
  const bool is_own =
      (unfinished && name == base) || (written.output == Output::model && TrainingCheckpointFiles::is_one_of(base, name));
  return is_own && other.identity == identity_of((fs::path(folder) / whole).string());
}

void refuse(const File& written, const File& other) {
  std::string options = written.option;
  if (!other.option.empty()) options += (options.empty() ? "" : " and ") + other.option;
  throw IoError(written.path + ": would replace another file of the same run, " + other.path +
                (options.empty() ? "" : " (" + options + ")"));
}

void check_written(const File& written, const std::vector<File>& files) {
  for (const File& other : files) {
    if (&other == &written) return;  // the later ones are compared with this one when it is their turn
    if (!other.identity || other.output == Output::name_begins) continue;
    if (other.identity == written.identity) refuse(written, other);
  }
}

void check_removed(const File& written, const std::vector<File>& files) {
  for (const File& other : files)
    if (&other != &written && other.identity && would_remove(written, other)) refuse(written, other);
}

// Standard input and pipes can be read only once.
void check_streams(const std::vector<File>& files) {
  std::vector<const File*> streams;
  for (const File& file : files) {
    struct stat status {};
    const bool pipe = stat(file.path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
    if (file.input && !file.option.empty() && (is_standard_input(file) || pipe)) streams.push_back(&file);
  }
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const auto same = [&](const File* other) {
      return is_standard_input(*streams[i]) ? is_standard_input(*other) : streams[i]->identity == other->identity;
    };
    const auto count = std::count_if(streams.begin(), streams.end(), same);
    require<ValueError>(count <= 1, text::name_of(streams[i]->path), " can be read only once, not as ", count, " inputs");
  }
}

void check_input(const File& file) {
  if (is_standard_input(file)) return;
  const std::string& path = file.path;
  struct stat status {};
  require<IoError>(stat(path.c_str(), &status) == 0, "cannot open ", path, ": ", std::strerror(errno));
  require<IoError>(!S_ISDIR(status.st_mode), "cannot read ", path, ": it is a folder");
  require<IoError>(file.input != Input::model || S_ISREG(status.st_mode), path, ": not a regular file");
  if (!S_ISREG(status.st_mode)) return;
  std::array<char, 1> first{};
  const bool empty = text::open_bytes(path)->read(first) == 0;
  require<FormatError>(!empty || file.input == Input::maybe_empty, path, ":1: the file is empty");
}

}  // namespace

void check_files(const Command& program, const std::vector<Written>& more) {
  std::vector<File> files = files_of(program);
  for (File& stream : standard_streams()) files.push_back(std::move(stream));
  for (const Written& each : more) files.push_back({each.path, each.option, {}, each.output, identity_of(each.path)});
  // Inputs come first, so that each output is compared with all inputs and with the outputs before it.
  std::stable_partition(files.begin(), files.end(), [](const File& file) { return file.input.has_value(); });
  for (const File& file : files) {
    if (!file.output || file.output == Output::name_begins || file.output == Output::folder) continue;
    if (file.identity) check_written(file, files);
    if (is_whole(file)) check_removed(file, files);
  }
  check_streams(files);
  for (const File& file : files)
    if (is_whole(file)) check_writable(file.path);
}

std::int64_t standard_inputs(const Command& program) {
  const std::vector<File> files = files_of(program);
  return std::count_if(files.begin(), files.end(), is_standard_input);
}

void check_standard_input_is_free(const Command& program) {
  const std::int64_t count = standard_inputs(program);
  require<ValueError>(count == 0, "standard input can be read only once, not as ", count + 1, " inputs");
}

void check_inputs(const Command& program) {
  for (const File& file : files_of(program))
    if (file.input) check_input(file);
}

bool errors_would_damage_input(const Command& program) {
  const auto errors = identity_of_stream(STDERR_FILENO);
  std::vector<File> files = files_of(program);
  files.push_back(standard_streams().front());
  return errors &&
         std::any_of(files.begin(), files.end(), [&](const File& file) { return file.input && file.identity == errors; });
}

void reserve_standard_streams() {
  for (int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is this one. Using it is an error, as with a closed descriptor.
    if (open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
  }
}

}  // namespace weft::programs
