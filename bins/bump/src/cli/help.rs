//! The longer texts of the help.

pub(super) const ABOUT: &str = "Bumps one version in a deployment repository and nothing else.\n\n\
    NAME is what bump.yaml watches at the top of the git repository it stands in, or a dependency in any \
    Chart.yaml or requirements.yaml there, or the image `repo2docker` in the values. Finds the published \
    version that TARGET means, and replaces the bytes of that scalar alone; Chart.lock follows where it \
    lies beside the chart. Results go to standard output, talk to standard error.";

pub(super) const EXAMPLES: &str = "\
Examples:
  bump binderhub ba24eb2a                 the published version of this commit
  bump binderhub latest --dry-run         a diff, and nothing is written
  bump binderhub ba24eb2a --commit --wait as soon as it is published, on a branch of its own
  bump repo2docker 2026.4.1               the tag of an image in the values
  bump --all --commit                     a branch for every name that is behind
  bump binderhub latest --pr              the pull request at GitHub, opened or edited in place
  bump check                              what is behind, stale, or watched by nobody
  bump traefik 41.1.1 --index index.yaml  looked up in a saved index
  bump get mybinder/Chart.yaml 'dependencies[name=binderhub].version'
  bump set config/prod.yaml 'binderhub.config.\"BinderHub.tag\"' 1.2.3

`--pr`, `--github` and sources at GitHub read GITHUB_TOKEN (or GH_TOKEN), GITHUB_API_URL and
GITHUB_REPOSITORY. Private sources are shown what docker, podman and Helm keep for them, and the
variables BUMP_... that bump.yaml names. Names of one `group` there share a branch and a pull request.

Exit codes: 0 done, or nothing to do; 1 failed, nothing changed; 2 usage, or a file that is
wrong; 5 some of several files were written; 6 versions are pending (`bump check`); 7 the target
is not published, or its source cannot be asked or believed; 8 refused by a guard: see `--allow`;
70 the deadline of `--wait` passed.";

pub(super) const CHECK: &str = "\
Examples:
  bump check                                     every name
  bump check binderhub --upstream-clone ../binderhub
  bump check --max-days 7 --output json          for a dashboard

With `--github` it says also what holds a name back: a deployment that was rolled back, or a
person's commit on its branch.

Exit codes: 0 all is up to date; 6 versions are pending beyond the limits; 7 a source is stale or
could not be asked; 8 a name is held back; 2 a dependency or an image is watched by nobody, or
bump.yaml is wrong. The first in this order counts: 2, 8, 7, 6, 0.";

pub(super) const LOG: &str = "\
Examples:
  bump log binderhub --upstream-clone ../binderhub
  bump log binderhub --github                    the same, as GitHub tells it
  bump log                                       three lines: BinderHub, repo2docker, JupyterHub";

pub(super) const ROLLED_BACK: &str = "\
Examples:
  bump rolled-back \"$BEFORE...$GITHUB_SHA\"       after `deploy up` ended with 4: all that this push brought
  bump rolled-back binderhub                     what was merged last of one name

Puts the label `rolled-back` on the merged pull requests. `bump --pr` refuses the names in them, with
exit code 8, until a person takes the label off. Asked twice, nothing is new.";

pub(super) const REVERT: &str = "\
Examples:
  bump revert binderhub --dry-run                the last bump of binderhub, taken back
  bump revert 1f3c5a7e --commit                  this bump, on the branch bump/NAME";
