//! From the targets of a command to members in the order of their waves.

use crate::near::nearest;
use crate::{Error, Errors, Federation, Member, Wave};

impl Federation {
    /// The member of that name.
    ///
    /// # Errors
    /// [`Error::UnknownTarget`] with the nearest name.
    pub fn member(&self, name: &str) -> Result<&Member, Error> {
        let found = self.members.iter().find(|member| member.name.as_str() == name);
        found.ok_or_else(|| self.unknown(name))
    }

    /// The members that the targets name, each once, by wave in the order of the waves, within a
    /// wave in the order of the file. A target is a member, a wave, or `all`.
    ///
    /// # Errors
    /// [`Error::UnknownTarget`] for each target that names nothing, [`Error::EmptyWave`] for a
    /// wave that has no members.
    pub fn select(&self, targets: &[impl AsRef<str>]) -> Result<Vec<(&Wave, Vec<&Member>)>, Errors> {
        let mistakes = targets.iter().filter_map(|target| self.judge_target(target.as_ref())).collect();
        if let Some(errors) = Errors::of(mistakes) {
            return Err(errors);
        }
        let named = |name: &str| targets.iter().any(|target| target.as_ref() == name);
        let chosen =
            |member: &Member| named("all") || named(member.wave.as_str()) || named(member.name.as_str());
        let of_wave = |wave: &Wave| -> Vec<&Member> {
            self.members.iter().filter(|member| member.wave == wave.name && chosen(member)).collect()
        };
        let waves = self.waves.iter().map(|wave| (wave, of_wave(wave)));
        Ok(waves.filter(|(_, members)| !members.is_empty()).collect())
    }

    fn judge_target(&self, target: &str) -> Option<Error> {
        if target == "all" || self.members.iter().any(|member| member.name.as_str() == target) {
            return None;
        }
        let Some(wave) = self.waves.iter().find(|wave| wave.name.as_str() == target) else {
            return Some(self.unknown(target));
        };
        let empty = !self.members.iter().any(|member| member.wave == wave.name);
        empty.then(|| Error::EmptyWave { place: Box::new(wave.place.clone()), wave: wave.name.to_string() })
    }

    fn unknown(&self, target: &str) -> Error {
        let mut known: Vec<String> = self.members.iter().map(|member| member.name.to_string()).collect();
        let waves = self.waves.iter().map(|wave| wave.name.to_string());
        let waves: Vec<String> = waves.filter(|wave| !known.contains(wave)).collect();
        known.extend(waves);
        let near = nearest(target, known.iter().map(String::as_str).chain(["all"]));
        Error::UnknownTarget { target: target.to_owned(), near, known }
    }
}
