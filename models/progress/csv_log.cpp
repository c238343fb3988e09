#include <weft/models/io/decimal.h>
#include <weft/models/progress/csv_log.h>
#include <weft/tensor/files/atomic_file.h>

namespace weft {

namespace {

void add(std::string& row, const std::string& value) {
  if (!row.empty() && row.back() != '\n') row += ',';
  row += value;
}

void add_names(std::string& row, const std::string& prefix, const Scores& scores) {
  add(row, prefix + "loss");
  if (scores.extra_loss) add(row, prefix + "extra_loss");
  for (const auto& [name, value] : scores.metrics) add(row, prefix + name);
}

void add_values(std::string& row, const Scores& scores) {
  add(row, text::decimal(scores.loss));
  if (scores.extra_loss) add(row, text::decimal(*scores.extra_loss));
  for (const auto& [name, value] : scores.metrics) add(row, text::decimal(value));
}

}  // namespace

std::string to_csv(const History& history) {
  std::string table = "epoch,updates,seconds,tokens,learning_rate,gradient_norm,skipped";
  if (!history.empty()) {
    add_names(table, "", history[0].train);
    if (history[0].validation) add_names(table, "dev_", *history[0].validation);
  }
  table += '\n';
  for (const EpochRecord& record : history) {
    for (const std::string& value : {std::to_string(record.epoch), std::to_string(record.updates), text::decimal(record.seconds),
                                     std::to_string(record.tokens), text::decimal(record.learning_rate),
                                     text::decimal(record.gradient_norm), std::to_string(record.skipped)})
      add(table, value);
    add_values(table, record.train);
    if (record.validation) add_values(table, *record.validation);
    table += '\n';
  }
  return table;
}

Callback csv_log(const std::string& path) {
  AtomicFile nothing(path);  // throws at once if the path is invalid
  return {.on_epoch = [path](const History& history) {
    AtomicFile file(path);
    file.write(to_csv(history));
    file.commit();
    return true;
  }};
}

}  // namespace weft
