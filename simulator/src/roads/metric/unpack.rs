//! From links to the arcs of the graph.

use super::Metric;

/// What is still to be told of a way, the last first.
enum Task {
    /// A link up, or an arc, by its place.
    Up(u32),
    /// A link down.
    Down(u32),
    /// A node in between.
    Pass(u32),
}

impl Metric {
    /// The nodes of the graph along a way that is given by ranks of which each is linked with the
    /// next.
    pub(in crate::roads) fn nodes_along(&self, ranks: &[u32]) -> Vec<u32> {
        let mut nodes: Vec<u32> = Vec::with_capacity(8 * ranks.len());
        let mut tasks: Vec<Task> = Vec::with_capacity(32);
        nodes.extend(ranks.first().map(|&rank| self.hierarchy.node(rank)));
        for pair in ranks.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            tasks.push(Task::Pass(to));
            tasks.extend(if from < to {
                self.up.place(from, to).map(Task::Up)
            } else {
                self.down.place(to, from).map(Task::Down)
            });
            while let Some(task) = tasks.pop() {
                let part = match task {
                    Task::Up(place) => self.up.part(place),
                    Task::Down(place) => self.down.part(place),
                    Task::Pass(rank) => {
                        nodes.push(self.hierarchy.node(rank));
                        continue;
                    }
                };
                if !part.is_arc() {
                    let second = Task::Up(part.second);
                    tasks.extend([second, Task::Pass(part.over), Task::Down(part.first)]);
                }
            }
        }
        nodes
    }
}
