#include "core/settings.h"

#include <algorithm>
#include <set>
#include <sstream>

#include <toml++/toml.h>

#include "core/text/normalize.h"

namespace tanmiao {

// The parsed file, shared by all views of it, and what was found wrong with it so far.
struct Settings::File {
  std::string name;
  toml::table root;
  std::vector<std::pair<toml::source_position, std::string>> complaints;
  std::vector<std::shared_ptr<Node>> nodes;  // every table that was opened, for finish()
};

struct Settings::Node {
  const toml::table* table = nullptr;  // null: the table is missing
  std::string path;                    // "fetch", "page[2].record"
  std::set<std::string, std::less<>> known;
};

namespace {

std::string at(const std::string& file, const toml::source_position& position) {
  return file + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
}

std::string scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  std::ostringstream out;
  if (const auto* n = node.as_integer()) out << n->get();
  if (const auto* n = node.as_floating_point()) out << n->get();
  if (const auto* b = node.as_boolean()) out << (b->get() ? "true" : "false");
  if (const auto* d = node.as_date()) out << d->get();
  return out.str();
}

}  // namespace

std::optional<std::string_view> nearest_word(std::string_view word, const std::vector<std::string_view>& known) {
  const auto a = text::code_points(word);
  std::optional<std::string_view> best;
  std::size_t best_distance = std::max<std::size_t>(1, a.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    const auto b = text::code_points(candidate);
    // Damerau-Levenshtein over adjacent swaps: 'puase' is one slip away from 'pause'.
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
      for (std::size_t j = 1; j <= b.size(); ++j) {
        d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
    if (d[a.size()][b.size()] < best_distance) {
      best_distance = d[a.size()][b.size()];
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  constexpr std::size_t kFew = 15;
  if (const auto near = nearest_word(word, known)) return ", did you mean '" + std::string(*near) + "'?";
  std::string list;
  if (known.size() > kFew) return list;
  for (const std::string_view one : known) list.append(list.empty() ? "; known: " : ", ").append(one);
  return list;
}

Error no_such(std::string_view what, std::string_view word, const std::vector<std::string_view>& known,
              const std::vector<std::string_view>& also) {
  const bool other = !nearest_word(word, known) && nearest_word(word, also);
  std::string message = "there is no ";
  message.append(what).append(" '").append(word).append("'").append(did_you_mean(word, other ? also : known));
  return {Errc::kUsage, std::move(message), ""};
}

Settings::Settings(std::shared_ptr<File> file, std::shared_ptr<Node> node)
    : file_(std::move(file)), node_(std::move(node)) {
  file_->nodes.push_back(node_);
}

Result<Settings> Settings::parse(std::string_view toml_text, std::string file_name) {
  auto file = std::make_shared<File>();
  file->name = std::move(file_name);
  try {
    file->root = toml::parse(toml_text, file->name);
  } catch (const toml::parse_error& error) {
    return Error{Errc::kConfig, "TOML: " + std::string(error.description()), at(file->name, error.source().begin)};
  }
  auto node = std::make_shared<Node>();
  node->table = &file->root;
  return Settings(file, node);
}

std::string Settings::where(std::string_view key) const {
  if (node_->table) {
    if (const auto* node = node_->table->get(key)) return at(file_->name, node->source().begin);
    return at(file_->name, node_->table->source().begin);
  }
  return file_->name;
}

void Settings::complain(std::string_view key, std::string message) {
  toml::source_position position{1, 1};
  if (node_->table) {
    const auto* node = node_->table->get(key);
    position = node ? node->source().begin : node_->table->source().begin;
  }
  const std::string full = node_->path.empty() ? std::string(key) : node_->path + "." + std::string(key);
  file_->complaints.emplace_back(position, "'" + full + "': " + std::move(message));
}

namespace {
const toml::node* find(const toml::table* table, std::string_view key) { return table ? table->get(key) : nullptr; }
}  // namespace

std::string Settings::text(std::string_view key) {
  node_->known.emplace(key);
  const auto* node = find(node_->table, key);
  if (!node) {
    complain(key, "missing, expected a text");
    return {};
  }
  return text(key, "");
}

std::string Settings::text(std::string_view key, std::string_view fallback) {
  node_->known.emplace(key);
  const auto* node = find(node_->table, key);
  if (!node) return std::string(fallback);
  if (const auto* value = node->as_string()) return value->get();
  complain(key, "expected a text in quotes");
  return std::string(fallback);
}

std::int64_t Settings::integer(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
  node_->known.emplace(key);
  const auto* node = find(node_->table, key);
  if (!node) return fallback;
  const auto* value = node->as_integer();
  if (value && value->get() >= least && value->get() <= most) return value->get();
  complain(key, "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return fallback;
}

double Settings::number(std::string_view key, double fallback, double least, double most) {
  node_->known.emplace(key);
  const auto* node = find(node_->table, key);
  if (!node) return fallback;
  const auto value = node->value<double>();
  if (value && node->is_number() && *value >= least && *value <= most) return *value;
  std::ostringstream message;
  message << "expected a number from " << least << " to " << most;
  complain(key, message.str());
  return fallback;
}

bool Settings::flag(std::string_view key, bool fallback) {
  node_->known.emplace(key);
  const auto* node = find(node_->table, key);
  if (!node) return fallback;
  if (const auto* value = node->as_boolean()) return value->get();
  complain(key, "expected true or false");
  return fallback;
}

std::optional<Date> Settings::date(std::string_view key) {
  node_->known.emplace(key);
  const auto* node = find(node_->table, key);
  if (!node) return std::nullopt;
  std::string text = scalar_text(*node);
  const auto parsed = parse_iso_date(text);
  if (parsed) return *parsed;
  complain(key, "expected a date YYYY-MM-DD");
  return std::nullopt;
}

std::string Settings::word(std::string_view key, std::string_view fallback,
                           const std::vector<std::string_view>& allowed) {
  std::string value = text(key, fallback);
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
  if (!has(key)) return value;
  std::string message = "'" + value + "' is none of";
  for (std::size_t i = 0; i < allowed.size(); ++i) message += (i ? ", " : " ") + std::string(allowed[i]);
  if (const auto near = nearest_word(value, allowed)) message += "; did you mean '" + std::string(*near) + "'?";
  complain(key, std::move(message));
  return std::string(fallback);
}

std::vector<std::string> Settings::texts(std::string_view key) {
  node_->known.emplace(key);
  std::vector<std::string> values;
  const auto* node = find(node_->table, key);
  if (!node) return values;
  if (const auto* single = node->as_string()) return {single->get()};
  const auto* list = node->as_array();
  if (!list) {
    complain(key, "expected an array of texts");
    return values;
  }
  for (const auto& item : *list) {
    if (const auto* text = item.as_string())
      values.push_back(text->get());
    else
      complain(key, "expected an array of texts");
  }
  return values;
}

bool Settings::has(std::string_view key) const { return find(node_->table, key) != nullptr; }

Settings Settings::table(std::string_view key) {
  node_->known.emplace(key);
  auto child = std::make_shared<Node>();
  child->path = node_->path.empty() ? std::string(key) : node_->path + "." + std::string(key);
  const auto* node = find(node_->table, key);
  if (node) child->table = node->as_table();
  if (node && !child->table) complain(key, "expected a table [" + child->path + "]");
  return {file_, child};
}

std::vector<Settings> Settings::tables(std::string_view key) {
  node_->known.emplace(key);
  std::vector<Settings> views;
  const auto* node = find(node_->table, key);
  if (!node) return views;
  const std::string path = node_->path.empty() ? std::string(key) : node_->path + "." + std::string(key);
  const auto add = [&](const toml::table* table) {
    auto child = std::make_shared<Node>();
    child->path = path + "[" + std::to_string(views.size() + 1) + "]";
    child->table = table;
    views.push_back(Settings(file_, child));
  };
  if (const auto* single = node->as_table()) {
    add(single);
  } else if (const auto* list = node->as_array()) {
    for (const auto& item : *list) {
      if (const auto* table = item.as_table())
        add(table);
      else
        complain(key, "expected tables [[" + path + "]]");
    }
  } else {
    complain(key, "expected tables [[" + path + "]]");
  }
  return views;
}

std::vector<std::string> Settings::keys() const {
  std::vector<std::pair<toml::source_position, std::string>> found;
  if (node_->table)
    for (const auto& [key, value] : *node_->table) found.emplace_back(key.source().begin, std::string(key.str()));
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first.line, a.first.column) < std::pair(b.first.line, b.first.column);
  });
  std::vector<std::string> keys;
  keys.reserve(found.size());
  for (auto& [position, key] : found) keys.push_back(std::move(key));
  return keys;
}

std::vector<std::pair<std::string, std::string>> Settings::entries() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& key : keys()) {
    node_->known.insert(key);
    const auto* node = find(node_->table, key);
    if (node->is_value())
      out.emplace_back(key, scalar_text(*node));
    else
      complain(key, "expected a single value");
  }
  return out;
}

Status Settings::finish() {
  for (const auto& node : file_->nodes) {
    if (!node->table) continue;
    for (const auto& [key, value] : *node->table) {
      const std::string name(key.str());
      if (node->known.contains(name)) continue;
      // Another view may have asked for it.
      const bool elsewhere = std::any_of(file_->nodes.begin(), file_->nodes.end(), [&](const auto& other) {
        return other->table == node->table && other->known.contains(name);
      });
      if (elsewhere) continue;
      std::vector<std::string_view> known;
      for (const auto& other : file_->nodes)
        if (other->table == node->table) known.insert(known.end(), other->known.begin(), other->known.end());
      std::string message = "unknown key '" + (node->path.empty() ? name : node->path + "." + name) + "'";
      if (const auto near = nearest_word(name, known)) message += ", did you mean '" + std::string(*near) + "'?";
      file_->complaints.emplace_back(key.source().begin, std::move(message));
    }
  }
  auto& all = file_->complaints;
  if (all.empty()) return {};
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first.line, a.first.column) < std::pair(b.first.line, b.first.column);
  });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  Error error{Errc::kConfig, all.front().second, at(file_->name, all.front().first)};
  for (std::size_t i = 1; i < all.size(); ++i)
    error.message += "\n" + at(file_->name, all[i].first) + ": " + all[i].second;
  all.clear();
  return error;
}

}  // namespace tanmiao
