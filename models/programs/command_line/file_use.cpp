#include <weft/models/io/byte_stream.h>
#include <weft/models/io/model_file.h>
#include <weft/models/programs/command_line/file_use.h>
#include <weft/models/training/checkpoint.h>
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

// A use is kept with its option as a check that has this name. It refuses "", which a shell makes of a variable that is not set.
constexpr std::array kInputs{"reads data", "reads data, perhaps none", "reads a model"};
constexpr std::array kOutputs{"writes a file", "writes a model", "writes a stream", "writes files whose names begin so",
                              "writes into a folder"};

CLI::Option* mark(CLI::Option* option, const char* use) {
  auto named = [](const std::string& path) { return std::string(path.empty() ? "the file's path is empty" : ""); };
  return option->check(CLI::Validator(named, "", use));
}

bool has_mark(const CLI::Option& option, const char* use) {
  try {
    return const_cast<CLI::Option&>(option).get_validator(use) != nullptr;  // changes nothing
  } catch (const CLI::OptionNotFound&) {
    return false;
  }
}

template <class Use, class Names>
std::optional<Use> use_of(const CLI::Option& option, const Names& names) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const char* use) { return has_mark(option, use); });
  if (found == names.end()) return std::nullopt;
  return static_cast<Use>(found - names.begin());
}

// What makes two paths one file.
struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  std::string name = {};  // of a file that is not there yet, in the folder that has this inode; else ""
  bool operator==(const Identity&) const = default;
};

// Follows links, to nothing too, as opening the file for writing does.
std::string behind_links(std::string path) {
  constexpr int kMostLinks = 40;
  std::error_code error;
  for (int i = 0; i < kMostLinks && fs::is_symlink(fs::symlink_status(path, error)); ++i)
    path = (fs::path(path).parent_path() / fs::read_symlink(path, error)).string();
  return path;
}

// Nothing for what cannot be damaged: devices, sockets, and files in folders that are not there.
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

// A file of this run.
struct File {
  std::string path, option;  // no option: a standard stream
  std::optional<Input> input = {};
  std::optional<Output> output = {};
  std::optional<Identity> identity = {};
};

bool is_standard_input(const File& file) { return file.input && text::name_of(file.path) == "standard input"; }

void add_files(const CLI::App& command, std::vector<File>& files) {
  for (const CLI::Option* option : command.get_options()) {
    const auto input = use_of<Input>(*option, kInputs);
    const auto output = use_of<Output>(*option, kOutputs);
    if (!input && !output) continue;
    std::vector<std::string> paths = option->results();
    if (paths.empty() && !option->get_default_str().empty()) paths = {option->get_default_str()};
    for (const std::string& path : paths) {
      if (path.empty() && output != Output::model) continue;
      files.push_back({path, option->get_name(), input, output, {}});
      if (!is_standard_input(files.back())) files.back().identity = identity_of(path);
    }
  }
}

// Of the program and of the subcommands on the command line.
std::vector<File> files_of(const CLI::App& app) {
  std::vector<File> files;
  add_files(app, files);
  for (const CLI::App* command : app.get_subcommands()) add_files(*command, files);
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

// Whether training with this output, or writing it, would remove the file: a checkpoint, or what a killed process left of one.
bool would_remove(const File& written, const File& other) {
  const fs::path target = behind_links(written.path), candidate = behind_links(other.path);
  const std::string base = target.filename().string(), whole = candidate.filename().string();
  const std::string folder = target.has_parent_path() ? target.parent_path().string() : ".";
  const auto unfinished = AtomicFile::target_of_temporary(whole);
  const std::string name(unfinished.value_or(whole));
  const bool is_own = (unfinished && name == base) || (written.output == Output::model && CheckpointFiles::is_one_of(base, name));
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
    if (&other == &written) return;  // those behind it look at this one
    if (!other.identity || other.output == Output::name_begins) continue;
    if (other.identity == written.identity) refuse(written, other);
  }
}

void check_removed(const File& written, const std::vector<File>& files) {
  for (const File& other : files)
    if (&other != &written && other.identity && would_remove(written, other)) refuse(written, other);
}

// Each can be read once.
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
    require<ValueError>(count <= 1, text::name_of(streams[i]->path), " can be read once, not as ", count, " inputs");
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

CLI::Option* reads_file(CLI::Option* option, Input input) {
  return mark(option, kInputs[static_cast<std::size_t>(input)])->type_name("FILE");
}

CLI::Option* writes_file(CLI::Option* option, Output output) {
  return mark(option, kOutputs[static_cast<std::size_t>(output)])->type_name(output == Output::folder ? "FOLDER" : "OUTFILE");
}

void check_files(const CLI::App& app, const std::vector<Written>& more) {
  std::vector<File> files = files_of(app);
  for (File& stream : standard_streams()) files.push_back(std::move(stream));
  for (const Written& each : more) files.push_back({each.path, each.option, {}, each.output, identity_of(each.path)});
  // What is read comes first, so that each file that is written is compared with all that stands before it.
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

void check_standard_input_is_free(const CLI::App& app) {
  const std::vector<File> files = files_of(app);
  const auto count = std::count_if(files.begin(), files.end(), is_standard_input);
  require<ValueError>(count == 0, "standard input can be read once, not as ", count + 1, " inputs");
}

void check_inputs(const CLI::App& app) {
  for (const File& file : files_of(app))
    if (file.input) check_input(file);
}

bool errors_would_damage_input(const CLI::App& app) {
  const auto errors = identity_of_stream(STDERR_FILENO);
  std::vector<File> files = files_of(app);
  files.push_back(standard_streams().front());
  return errors &&
         std::any_of(files.begin(), files.end(), [&](const File& file) { return file.input && file.identity == errors; });
}

void reserve_standard_streams() {
  for (int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is this one. Who uses it gets an error, as with a closed one.
    if (open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
  }
}

}  // namespace weft::programs
