//! What holds for our program alone, whatever the original does.

use similar::TextDiff;

use crate::answers;
use crate::case::Action;
use crate::generator::Style;
use crate::tree::{Observation, Tree};

/// Every property that our runs of a tree break.
pub fn broken(tree: &Tree, steps: &[Action], observations: &[Observation]) -> Vec<String> {
    let mut broken = Vec::new();
    let runs = steps.iter().zip(observations);
    for (number, pair) in runs.collect::<Vec<_>>().windows(2).enumerate() {
        let [(action, before), (next, after)] = pair else { continue };
        match (action, next) {
            (Action::Deploy(_), Action::Deploy(_)) if tree.project.is_calm && !answers::has_failed(&before.answer) => {
                let changed = answers::changed(&after.answer);
                if !changed.is_empty() {
                    broken.push(format!(
                        "applying twice changes something (step {}):\n{}",
                        number + 2,
                        changed.concat()
                    ));
                }
                if before.tree != after.tree {
                    broken.push(format!("applying twice changes the disk (step {})", number + 2));
                }
            }
            (Action::Predict(_), Action::Deploy(_)) if tree.style == Style::Predictable => {
                let (predicted, happened) =
                    (answers::changes(&before.answer).concat(), answers::changes(&after.answer).concat());
                if predicted != happened {
                    let diff = TextDiff::from_lines(&predicted, &happened);
                    broken.push(format!(
                        "a prediction differs from the run that follows (step {}):\n{}",
                        number + 2,
                        diff.unified_diff().header("predicted", "happened")
                    ));
                }
            }
            _ => (),
        }
    }
    broken
}
