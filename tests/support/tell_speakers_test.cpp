#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include "../files.hpp"
#include "../support.hpp"
#include "checkpoints.hpp"
#include "lesson_run.hpp"
#include "program_run.hpp"
#include "sounds.hpp"
#include "support/speech/speaker_pairs.hpp"
#include "voices.hpp"

// tell_speakers: training, pairs of recordings, enrolled voices, and what is refused.

namespace {

Printed tell(const Words& words) { return run_built("tell_speakers", words); }

bool refuses(const Words& words, const std::string& text) {
  const Printed printed = tell(words);
  INFO(printed.text);
  CHECK(printed.status == 1);
  return holds(printed.text, text);
}

// One distance and whether it is between two recordings of one speaker.
struct Trial {
  double distance;
  bool same;
};

struct Trials {
  lesson::SpeakerPairs pairs;
  tg::Tensor distances;
};

Trials trials(const std::vector<Trial>& all) {
  Trials made;
  std::vector<tg::Real> distances;
  for (const Trial& trial : all) {
    made.pairs.add(0, 1, trial.same);
    distances.push_back(static_cast<tg::Real>(trial.distance));
  }
  made.distances = tg::Tensor(tg::Shape{made.pairs.size()}, distances);
  return made;
}

}  // namespace

TEST_CASE("pairs of speakers: errors at a threshold, and thresholds for errors") {
  const auto [pairs, d] = trials({{0.1, true},
                                  {0.2, true},
                                  {0.3, false},
                                  {0.4, true},
                                  {0.5, true},
                                  {0.6, false},
                                  {0.7, false},
                                  {0.8, false}});
  const auto shares = [&, &p = pairs, &x = d](double threshold) {
    const lesson::ErrorShares share = lesson::error_shares(x, p, threshold);
    return std::pair(share.accepted, share.rejected);
  };
  CHECK(shares(0) == std::pair(0.0, 1.0));
  CHECK(shares(0.35) == std::pair(0.25, 0.5));
  CHECK(shares(0.55) == std::pair(0.25, 0.0));
  CHECK(shares(9) == std::pair(1.0, 0.0));
  CHECK(lesson::threshold_accepting(d, pairs, 0) == doctest::Approx(0.3));
  CHECK(lesson::threshold_accepting(d, pairs, 0.25) == doctest::Approx(0.6));
  CHECK(lesson::threshold_accepting(d, pairs, 0.3) == doctest::Approx(0.6));
  CHECK(std::isinf(lesson::threshold_accepting(d, pairs, 1)));
  const lesson::Crossing crossing = lesson::equal_error(d, pairs);
  CHECK(crossing.rate == doctest::Approx(0.25));
  CHECK(crossing.threshold == doctest::Approx(0.45));
  const auto [one_kind, e] = trials({{0.1, true}, {0.2, true}});
  CHECK(fails_with([&, &p = one_kind, &x = e] { lesson::equal_error(x, p); }, "pairs of both kinds"));
  CHECK(fails_with([&, &p = pairs, &x = e] { lesson::error_shares(x, p, 1); }, "one distance for each pair"));
}

TEST_CASE(
    "tell_speakers: training that Ctrl-C stopped goes on as if nothing had happened, and then compares") {
  if (!has_libsndfile()) return;
  const Folder folder("tell_speakers");
  const std::string recordings = folder.file("recordings"), whole = folder.file("whole"),
                    halves = folder.file("halves"), voices = folder.file("voices");
  record_voices(recordings, 3, 12);
  fs::copy_file(recordings + "/voice1/3.wav", recordings + "/voice1/copy.wav");
  lesson::write_sound(recordings + "/stray.wav", tone(440));
  const auto train = [&](const std::string& checkpoint) {
    return Words{"train", recordings, "--steps", "150", "--hidden", "4", "--save", checkpoint};
  };
  const Printed trained = tell(train(whole));
  CHECK(trained.status == 0);
  CHECK_MESSAGE(holds(trained.text, "Read 36 recordings in "), trained.text);
  CHECK(holds(trained.text, "Ignored, since they are in no speaker's folder: stray.wav."));
  CHECK(holds(trained.text, "Left out, since they are copies: voice1/copy.wav."));
  CHECK(
      holds(trained.text, "3 speakers: voice1, voice2, voice3. 24 recordings are trained on, 6 choose the"));
  for (const char* part : {"equal error rate", "mean MFCCs", "equal errors", "accepts 1%", "Accepted: pairs"})
    CHECK(holds(trained.text, part));

  const Printed early = interrupted(start_built("tell_speakers", train(halves)), halves);
  CHECK(early.status == 1);
  About half = about_of(halves);
  CHECK(std::stoi(half["step"]) > 0);
  CHECK(std::stoi(half["step"]) < 150);
  const std::string a = recordings + "/voice1/0.wav", b = recordings + "/voice1/1.wav",
                    c = recordings + "/voice2/0.wav";
  CHECK(refuses({"compare", halves, a, b}, fmt::format("stopped after step {} of 150", half["step"])));
  CHECK(tell({"train", recordings, "--save", halves, "--resume"}).status == 0);
  About first = about_of(whole), second = about_of(halves);
  for (const char* name : {"step", "steps", "threshold", "error_rate", "random"})
    CHECK(first[name] == second[name]);
  CHECK((numbers_of(whole) == numbers_of(halves)));

  CHECK(holds(tell({"compare", whole, a, c}).text, "of the validation pairs of either kind wrongly"));
  const Printed same = tell({"compare", whole, a, a, "--quiet"});
  CHECK(same.status == 0);
  CHECK(same.text == fmt::format("{0}\t{0}\t0\tsame speaker\n", a));
  CHECK(tell({"compare", whole, a, c, "--quiet", "--threshold", "1e-9"})
            .text.ends_with("\tdifferent speakers\n"));

  CHECK(holds(tell({"enrol", whole, "Ada L.", a, b, "--voices", voices}).text,
              "voices has the voices of Ada L.."));
  CHECK(holds(tell({"enrol", whole, "bob", c, "--voices", voices}).text,
              "voices has the voices of Ada L., bob."));
  CHECK(tell({"enrol", whole, "bob", c, "--voices", voices}).status == 0);  // in place of the voice before
  const Printed who = tell({"who", whole, c, "--voices", voices, "--quiet"});
  CHECK(who.text == fmt::format("{}\tbob\t0\tbob\n", c));
  const Printed nobody = tell({"who", whole, b, "--voices", voices, "--quiet", "--threshold", "1e-12"});
  CHECK_MESSAGE(nobody.text.ends_with("\tnobody\n"), nobody.text);

  const std::string other = folder.file("other");
  tell({"train", recordings, "--steps", "1", "--hidden", "4", "--seed", "1", "--save", other});
  CHECK(refuses({"who", other, c, "--voices", voices}, "its voices were enrolled with another model"));
  CHECK(refuses({"who", whole, c, "--voices", whole}, "it was saved by tell_speakers; a file that"));
  CHECK(refuses({"enrol", whole, "a\nb", c, "--voices", voices}, "a name that can be printed is needed"));
}

TEST_CASE("tell_speakers: what it refuses") {
  if (!has_libsndfile()) return;
  const Folder folder("tell_speakers_refuses");
  const std::string model = folder.file("model"), recordings = folder.file("recordings"),
                    sound = folder.file("sound.wav");
  const auto training = [&](const std::string& text) {
    return refuses({"train", recordings, "--save", model, "--steps", "1"}, text);
  };
  CHECK(training("there is no folder"));
  fs::create_directories(recordings);
  CHECK(training("It is empty"));
  lesson::write_sound(recordings + "/a.wav", tone(440));
  CHECK(
      training("nothing says who speaks in its sound files, as a.wav; a folder for each speaker is needed"));
  record_voices(recordings, 2, 6);
  CHECK(training("the number of speakers is 2 (voice1, voice2); at least 3 are needed"));
  record_voices(recordings, 3, 6);
  fs::remove(recordings + "/voice3/5.wav");
  CHECK(training("voice3 has fewer than 2 recordings in the training part, and a pair needs 2"));
  fs::copy_file(recordings + "/voice1/0.wav", recordings + "/voice3/5.wav");
  CHECK(training("voice1/0.wav and voice3/5.wav hold the same sound; it is by one speaker"));
  lesson::write_sound(recordings + "/voice3/5.wav", tone(440, 61));
  CHECK(training("voice3/5.wav: it lasts 61 s; at most 60 s are needed"));

  lesson::write_sound(sound, tone(440));
  tg::save(model, {}, {{"program", "transcribe"}});
  CHECK(
      refuses({"compare", model, sound, sound}, "is no model of tell_speakers: it was saved by transcribe"));
  for (const auto& [hidden, outputs] : {std::pair{"x", "2"}, {"99999", "2"}, {"1", "1"}, {"1", "99999"}}) {
    tg::save(model, {}, {{"program", "tell_speakers"}, {"hidden", hidden}, {"outputs", outputs}});
    CHECK(refuses({"compare", model, sound, sound}, "model: its entry \""));
  }
}
