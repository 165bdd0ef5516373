//! The whole plan, its hash, and reading it again.

use names::MemberName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{PlanHash, StepPlan};
use crate::{Error, canonical};

/// The format that this program writes and reads.
pub const FORMAT: &str = "plan/v1";

/// What a run would do to each of its members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// `plan/v1`.
    pub format: String,
    /// Over everything below but the context of hunks; nothing of time, run or commit is in it.
    pub hash: PlanHash,
    /// The members, in the order in which they are deployed.
    pub members: Vec<MemberPlan>,
}

/// What a run would do to one member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MemberPlan {
    /// The member.
    #[schemars(with = "String")]
    pub member: MemberName,
    /// Over its steps.
    pub hash: PlanHash,
    /// Its steps, in order.
    pub steps: Vec<StepPlan>,
}

impl MemberPlan {
    /// The plan of these steps.
    #[must_use]
    pub fn new(member: MemberName, steps: Vec<StepPlan>) -> Self {
        let hash = canonical::hash(&steps);
        Self { member, hash, steps }
    }

    /// Whether nothing would be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(StepPlan::is_empty)
    }
}

impl Document {
    /// The plan of these members.
    #[must_use]
    pub fn new(members: Vec<MemberPlan>) -> Self {
        Self { format: FORMAT.to_owned(), hash: Self::hash_of(&members), members }
    }

    fn hash_of(members: &[MemberPlan]) -> PlanHash {
        let hashes: Vec<_> = members.iter().map(|member| (&member.member, &member.hash)).collect();
        canonical::hash(&hashes)
    }

    /// The plan of one member.
    #[must_use]
    pub fn member(&self, name: &MemberName) -> Option<&MemberPlan> {
        self.members.iter().find(|member| member.member == *name)
    }

    /// Whether nothing would be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.iter().all(MemberPlan::is_empty)
    }

    /// The bytes of RFC 8785, with a line ending after them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = canonical::bytes(self);
        bytes.push(b'\n');
        bytes
    }

    /// Reads a saved plan, and checks that every hash in it is the one of what it stands for.
    ///
    /// # Errors
    /// [`Error::NotAPlan`], [`Error::Format`] for another format, and [`Error::Altered`].
    pub fn read(file: &camino::Utf8Path, bytes: &[u8]) -> Result<Self, Error> {
        let not_a_plan = |source| Error::NotAPlan { file: file.to_owned(), source };
        let value: Value = serde_json::from_slice(bytes).map_err(not_a_plan)?;
        match value.get("format").and_then(Value::as_str) {
            Some(FORMAT) => {}
            found => {
                let found = found.unwrap_or("none").to_owned();
                return Err(Error::Format { file: file.to_owned(), found });
            }
        }
        let read: Self = serde_json::from_value(value).map_err(not_a_plan)?;
        let altered = read.members.iter().find(|member| canonical::hash(&member.steps) != member.hash);
        if let Some(member) = altered {
            let part = format!("member `{}`", member.member);
            return Err(Error::Altered { file: file.to_owned(), part });
        }
        if Self::hash_of(&read.members) != read.hash {
            return Err(Error::Altered { file: file.to_owned(), part: "the list of members".to_owned() });
        }
        Ok(read)
    }
}
