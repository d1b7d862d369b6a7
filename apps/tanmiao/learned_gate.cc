#include "apps/tanmiao/learned_gate.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "apps/tanmiao/learned_files.h"
#include "apps/tanmiao/model_files.h"
#include "apps/tanmiao/model_gate.h"
#include "core/json_reading.h"
#include "core/messages.h"
#include "store/answers.h"

namespace tanmiao::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kTold = "learned_lesson.json";

json::object day_json(const miner::LessonDay& day) {
  return {{"as_of", iso(day.as_of)}, {"until", iso(day.until)}, {"firms", day.firms}, {"labelled", day.labelled}};
}

json::object lesson_json(const miner::Lesson& lesson, const miner::LearnedSettings& settings) {
  json::array scorers, disguised;
  for (const miner::ScorerFigures& s : lesson.scorers)
    scorers.push_back(json::object{{"id", s.id},
                                   {"label", s.label},
                                   {"top5", measured_object(s.top5)},
                                   {"ap", measured_object(s.ap)},
                                   {"auc", measured_object(s.auc)}});
  for (const std::string& id : lesson.disguised) disguised.emplace_back(id);
  json::object out{{"learnt", day_json(lesson.learnt)},
                   {"test", day_json(lesson.test)},
                   {"verdicts", lesson.verdicts},
                   {"scorers", std::move(scorers)},
                   {"against", lesson.against},
                   {"gain", measured_object(lesson.gain)},
                   {"share_better", in_micro(lesson.share_better)},
                   {"least_gain", settings.least_gain},
                   {"sure", settings.sure},
                   {"disguised", std::move(disguised)}};
  if (lesson.less_in_use) {
    out["less_in_use"] = measured_object(*lesson.less_in_use);
    out["share_worse"] = in_micro(lesson.share_worse);
  }
  if (lesson.less_earlier) {
    out["less_earlier"] = measured_object(*lesson.less_earlier);
    out["share_worse_earlier"] = in_micro(lesson.share_worse_earlier), out["earlier"] = lesson.earlier;
  }
  return out;
}

// What orders lists: none whose scorecard is not the one that ranks now.
void put_to_use(std::shared_ptr<const miner::LearnedModel> model, const miner::Rules& rules, Workplace& place,
                LearnedVerdict& verdict) {
  if (model == nullptr) return;
  if (!miner::reads_scorecard(*model, rules)) {
    verdict.note += verdict.note.empty() ? "" : "；";
    verdict.note += "在用的学习模型是按另一份计分表学的，不再用来排";
    return;
  }
  verdict.since = learned_since(place.folder());
  verdict.in_use = std::move(model);
}

// The two days: the latest whose horizon is over, and a whole horizon before it.
struct Days {
  miner::BacktestConfig config;
  Date before{};
};

// By today's snapshot alone, before anything of the past is built.
bool may_suffice(const store::Snapshot& snapshot, const Days& days, const miner::LearnedSettings& settings,
                 std::string& note) {
  for (const Date from : {days.before, days.config.as_of}) {
    const Date until = add_months(from, days.config.horizon_months);
    const std::uint64_t came = miner::got_label(snapshot, days.config.label, from, until);
    if (came >= settings.least_labelled) continue;
    note = fmt::format("{} 至 {} 取得的企业只有 {} 家，不足 {} 家，不学", iso(from), iso(until), came,
                       settings.least_labelled);
    return false;
  }
  return true;
}

class Settling {
 public:
  Settling(Workplace& place, const store::Snapshot& snapshot, Date today, int threads, Progress& progress)
      : place_(place), snapshot_(snapshot), today_(today), progress_(progress) {
    days_.config = backtest_of(place.config, today, threads);
    days_.before = miner::lesson_before(today, days_.config.horizon_months);
  }

  Result<LearnedVerdict> run() {
    TANMIAO_ASSIGN(rules_, place_.rules());
    TANMIAO_ASSIGN(in_use_, learned_in_use(place_.config, place_.folder()));
    if (const Status tried = attempt(); !tried && tried.error().code == Errc::kIo)
      return tried.error();
    else if (!tried)
      verdict_.step = LearnedStep::kWaits, verdict_.note = "无法学习：" + in_chinese(tried.error());
    put_to_use(in_use_, *rules_, place_, verdict_);
    return std::move(verdict_);
  }

 private:
  Status attempt() {
    TANMIAO_ASSIGN(const auto settings, miner::LearnedSettings::load(place_.config.rules / "learned.toml"));
    verdict_.step = LearnedStep::kFew;
    if (!may_suffice(snapshot_, days_, settings, verdict_.note)) return {};
    TANMIAO_ASSIGN(const auto before, past_day(place_, snapshot_, days_.before, progress_));
    TANMIAO_ASSIGN(const auto test, past_day(place_, snapshot_, days_.config.as_of, progress_));
    TANMIAO_ASSIGN(const auto answers, store::firm_answers(place_.facts(), place_.people(), snapshot_,
                                                           {today_, snapshot_.info().view.known_at}));
    const miner::LessonTask task{*before,      *test,    snapshot_,     days_.before,
                                 days_.config, &answers, in_use_.get(), earlier_learned(place_, today_)};
    const std::string inputs = miner::lesson_inputs(task, *rules_, settings);
    if (told_before(inputs)) return {};
    const auto lesson = miner::learn_lesson(task, *rules_, *place_.reference, settings);
    if (!lesson && lesson.error().code == Errc::kUsage) {
      verdict_.note = "可学的线索不足：" + in_chinese(lesson.error());
      return {};
    }
    if (!lesson) return lesson.error();
    verdict_.lesson = json::serialize(lesson_json(*lesson, settings));
    TANMIAO_TRY(settle(*lesson));
    return remember(task, settings);
  }

  // What waited waits no more: another lesson was learnt, on newer data.
  Status settle(const miner::Lesson& lesson) {
    verdict_.news = true;
    drop_held(place_);
    if (!lesson.wins) {
      verdict_.step = LearnedStep::kLost;
    } else if (in_use_ != nullptr && in_use_->hash() == lesson.model->hash()) {
      verdict_.step = LearnedStep::kSame;
    } else if (lesson.worse) {
      verdict_.step = LearnedStep::kWorse;
    } else if (lesson.lower()) {
      TANMIAO_TRY(hold_learned(place_, *lesson.model, today_));
      TANMIAO_TRY(note_done(place_, "learned.hold", lesson.model->hash(), json::parse(verdict_.lesson).as_object()));
      verdict_.step = LearnedStep::kLower;
      return {};
    } else {
      TANMIAO_TRY(keep_learned(place_, *lesson.model, today_));
      TANMIAO_TRY(note_done(place_, "learned.take", lesson.model->hash(), json::parse(verdict_.lesson).as_object()));
      verdict_.step = LearnedStep::kTaken;
      in_use_ = lesson.model;
    }
    return {};
  }

  // Equal inputs give an equal lesson; the model in use is one of them, as it stands behind the lesson.
  bool told_before(const std::string& inputs) {
    const json::object told = kept_object(models_of(place_.folder()) / kTold);
    if (text_of(told, "inputs") != inputs) return false;
    const std::string_view step = text_of(told, "step");
    verdict_.step = step == word(LearnedStep::kLost)    ? LearnedStep::kLost
                    : step == word(LearnedStep::kWorse) ? LearnedStep::kWorse
                    : step == word(LearnedStep::kLower) ? LearnedStep::kLower
                                                        : LearnedStep::kSame;
    verdict_.lesson = json::serialize(object_of(told, "lesson"));
    return true;
  }

  Status remember(miner::LessonTask task, const miner::LearnedSettings& settings) {
    task.in_use = in_use_.get(), task.earlier = earlier_learned(place_, today_);
    const json::object line{{"inputs", miner::lesson_inputs(task, *rules_, settings)},
                            {"step", word(verdict_.step)},
                            {"lesson", json::parse(verdict_.lesson)}};
    std::error_code ignored;
    fs::create_directories(models_of(place_.folder()), ignored);
    return store::write_file_durably(models_of(place_.folder()) / kTold, json::serialize(line) + "\n");
  }

  Workplace& place_;
  const store::Snapshot& snapshot_;
  Date today_;
  Progress& progress_;
  Days days_;
  std::shared_ptr<const miner::Rules> rules_;
  std::shared_ptr<const miner::LearnedModel> in_use_;
  LearnedVerdict verdict_;
};

}  // namespace

std::string_view word(LearnedStep step) {
  switch (step) {
    case LearnedStep::kOff: return "off";
    case LearnedStep::kFew: return "few";
    case LearnedStep::kWaits: return "waits";
    case LearnedStep::kLost: return "lost";
    case LearnedStep::kWorse: return "worse";
    case LearnedStep::kLower: return "held";
    case LearnedStep::kTaken: return "taken";
    case LearnedStep::kSame: break;
  }
  return "same";
}

Result<LearnedVerdict> settle_learned(Workplace& place, const store::Snapshot& snapshot, Date today, int threads,
                                      Progress& progress) {
  if (!place.config.backtest.nightly || !place.config.backtest.learned) return LearnedVerdict{};
  return Settling(place, snapshot, today, threads, progress).run();
}

json::object learned_json(const LearnedVerdict& verdict) {
  json::object out{{"step", word(verdict.step)},
                   {"ranks", verdict.in_use == nullptr ? "scorecard" : "learned"},
                   {"news", verdict.news}};
  if (verdict.in_use != nullptr) {
    out["in_use"] = verdict.in_use->hash(), out["since"] = verdict.since;
    out["learnt"] = day_json(verdict.in_use->day());
  }
  if (!verdict.note.empty()) out["note"] = verdict.note;
  if (!verdict.lesson.empty()) out["lesson"] = json::parse(verdict.lesson);
  return out;
}

}  // namespace tanmiao::app
