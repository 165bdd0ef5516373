//! Branches: where they stand, and moving them from there.

use serde::Deserialize;
use serde_json::json;

use crate::call::Call;
use crate::graphql::Query;
use crate::limits::Repeat;
use crate::{Branch, Error, GitHub, Oid, Repo, Repository};

const UPDATE_REF: Query = Query { name: "UpdateRef", text: include_str!("queries/update_ref.graphql") };

/// What GitHub takes for "there is none".
const NOTHING: &str = "0000000000000000000000000000000000000000";

#[derive(Deserialize)]
struct Reference {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    sha: Oid,
}

impl GitHub {
    /// The commit of a branch; `None` where there is no such branch.
    ///
    /// # Errors
    /// The answer's own error; a repository that is not there looks as if the branch were not.
    pub async fn branch(&self, repo: &Repo, branch: &Branch) -> Result<Option<Oid>, Error> {
        let mut path = vec!["git", "ref", "heads"];
        path.extend(branch.as_str().split('/'));
        match self.one::<Reference>(&Call::get(repo, &path)).await {
            Ok(reference) => Ok(Some(reference.object.sha)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes, moves or deletes a branch, but only from where it was seen: `from` is its commit, or
    /// `None` where there is no such branch; `to` is `None` to delete it.
    ///
    /// It is GraphQL's `updateRefs`, the one call of GitHub that names the commit which a forced
    /// update replaces: nobody's push in between is lost.
    ///
    /// # Errors
    /// [`Error::Query`] where the branch is elsewhere by now; [`Error::Unconfirmed`] where nobody
    /// answered.
    pub async fn move_branch(
        &self,
        repository: &Repository,
        branch: &Branch,
        from: Option<&Oid>,
        to: Option<&Oid>,
    ) -> Result<(), Error> {
        let oid = |oid: Option<&Oid>| oid.map_or(NOTHING, Oid::as_str).to_owned();
        let update = json!({
            "name": branch.reference(),
            "beforeOid": oid(from),
            "afterOid": oid(to),
            "force": true,
        });
        let input = json!({"input": {"repositoryId": repository.node_id, "refUpdates": [update]}});
        // A second time it would fail, since the branch is no longer where it was.
        self.query(UPDATE_REF, input, Repeat::Never).await.map(drop)
    }
}
