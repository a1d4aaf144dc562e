//! Where searches on several threads meet, at the same moments of their time.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use simulator::collection::Plan;

/// Where searches meet. Each comes as often as the others and waits for them, so that what they hear
/// does not depend on who is faster; one that leaves is waited for no longer.
#[derive(Debug)]
pub(crate) struct Meeting {
    table: Mutex<Table>,
    change: Condvar,
}

#[derive(Debug)]
struct Table {
    /// Who has not left.
    members: Vec<bool>,
    /// What was brought this time, by member.
    brought: Vec<Option<Plan>>,
    /// What was brought the last time.
    last: Vec<Option<Plan>>,
    times: u64,
}

impl Meeting {
    /// For so many members.
    pub(crate) fn new(members: usize) -> Self {
        Self {
            table: Mutex::new(Table {
                members: vec![true; members],
                brought: vec![None; members],
                last: vec![None; members],
                times: 0,
            }),
            change: Condvar::new(),
        }
    }

    /// Brings a member's plan, and gives those of all others, once they have come. Nothing where
    /// `is_over` says so before.
    pub(crate) fn exchange(
        &self,
        member: usize,
        plan: Plan,
        is_over: impl Fn() -> bool,
    ) -> Vec<Plan> {
        let mut table = self.table();
        let time = table.times;
        if let Some(brought) = table.brought.get_mut(member) {
            *brought = Some(plan);
        }
        self.close_once_complete(&mut table);
        while table.times == time {
            if is_over() {
                return Vec::new();
            }
            let waited = self.change.wait_timeout(table, LOOK_EVERY);
            table = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let others = table.last.iter().enumerate();
        let others = others.filter(|&(other, _)| other != member);
        others.filter_map(|(_, plan)| plan.clone()).collect()
    }

    /// A member does not come again.
    pub(crate) fn leave(&self, member: usize) {
        let mut table = self.table();
        if let Some(is_member) = table.members.get_mut(member) {
            *is_member = false;
        }
        self.close_once_complete(&mut table);
    }

    fn close_once_complete(&self, table: &mut Table) {
        let mut members = table.members.iter().zip(&table.brought);
        if members.all(|(is_member, plan)| !is_member || plan.is_some()) {
            let none = vec![None; table.members.len()];
            table.last = std::mem::replace(&mut table.brought, none);
            table.times += 1;
            self.change.notify_all();
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often one that waits looks whether all is over.
const LOOK_EVERY: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn plan(stop: u32) -> Plan {
        Plan {
            unserved: vec![stop],
            ..Plan::default()
        }
    }

    #[test]
    fn each_hears_what_the_others_bring_until_they_leave() {
        let meeting = &Meeting::new(3);
        let go = |member: u32, times: u32| {
            let exchange = move |time| {
                let brings = plan(10 * time + member);
                meeting.exchange(member as usize, brings, || false)
            };
            let heard: Vec<_> = (0..times).map(exchange).collect();
            meeting.leave(member as usize);
            heard
        };

        let heard = thread::scope(|scope| {
            let members = [(0, 3), (1, 2), (2, 3)];
            let members = members.map(|(member, times)| scope.spawn(move || go(member, times)));
            members.map(|member| member.join().unwrap())
        });

        assert_eq!(
            heard[0],
            [
                vec![plan(1), plan(2)],
                vec![plan(11), plan(12)],
                vec![plan(22)]
            ]
        );
        assert_eq!(heard[1], [vec![plan(0), plan(2)], vec![plan(10), plan(12)]]);
        assert_eq!(heard[2].last(), Some(&vec![plan(20)]));
    }

    #[test]
    fn nobody_waits_once_all_is_over() {
        assert_eq!(Meeting::new(2).exchange(0, plan(0), || true), []);
    }
}
