// What an act came to: a sentence that stays until the next one, and where to go on.
import { h, renderOnce } from '../../dom.ts';

export interface Outcome {
  title: string;
  text: string;
  link: { href: string; words: string } | null;
}

export class OutcomeCard {
  readonly root = h('div', { class: 'outcome' });
  private readonly title = h('h2', { tabindex: '-1' });

  show(outcome: Outcome | null): void {
    this.root.hidden = !outcome;
    renderOnce(this.root, JSON.stringify(outcome), () => {
      if (!outcome) return [];
      this.title.textContent = outcome.title;
      return [this.title, h('p', {}, outcome.text), outcome.link ? h('a', { href: outcome.link.href }, outcome.link.words) : null];
    });
  }

  focus(): void {
    this.title.focus();
  }
}
