#include "store/audit_note.h"

#include <charconv>

namespace tanmiao::store {
Result<AuditHead> parse_audit_note(std::string_view note) {
  AuditHead head;
  if (note.empty()) return head;
  const auto [end, failed] = std::from_chars(note.data(), note.data() + note.size(), head.number);
  if (failed != std::errc() || end == note.data() + note.size() || *end != ' ')
    return Error{Errc::kCorrupt, "the note of the audit's end cannot be read: " + std::string(note), "facts.db"};
  head.hash = note.substr(static_cast<std::size_t>(end - note.data()) + 1);
  return head;
}

Result<AuditHead> audit_noted(Facts& facts) {
  TANMIAO_ASSIGN(const std::string note, facts.note(kAuditNote));
  return parse_audit_note(note);
}

Result<std::string> audit_breaks(People& people, const AuditHead& known) {
  if (known.number == 0) return std::string();
  const std::string name = "people.db: audit entry " + std::to_string(known.number);
  TANMIAO_ASSIGN(const auto entries, people.audit_trail(known.number - 1, 1));
  if (entries.empty() || entries.front().number != known.number) return name + " is missing";
  if (entries.front().hash != known.hash) return name + " is not the one that was there before";
  return std::string();
}

Status note_audit(Store& store, bool accepted) {
  TANMIAO_ASSIGN(const AuditHead known, audit_noted(store.facts()));
  TANMIAO_ASSIGN(const std::string broken, audit_breaks(store.people(), known));
  if (!broken.empty() && !accepted) return {};
  TANMIAO_ASSIGN(const AuditHead now, store.people().audit_head());
  if (now.number == known.number && now.hash == known.hash) return {};
  return store.facts().set_note(kAuditNote, std::to_string(now.number) + " " + now.hash);
}

}  // namespace tanmiao::store
