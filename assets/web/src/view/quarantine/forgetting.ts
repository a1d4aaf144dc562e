// Forgetting a device asks first, in its place on the page.
import { h, renderOnce } from '../../dom.ts';
import { number } from '../../i18n/format.ts';
import { plural, t } from '../../i18n/words.ts';

export class Forgetting {
  readonly root = h('div', { class: 'forget' });
  private isAsking = false;
  private frames = 0;

  constructor(private readonly onForget: () => void) {
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.isAsking) this.ask(false);
    });
  }

  update(frames: number): void {
    this.frames = frames;
    this.write();
  }

  private ask(isAsking: boolean): void {
    this.isAsking = isAsking;
    this.write();
    this.root.querySelector('button')?.focus();
  }

  private write(): void {
    renderOnce(this.root, `${this.isAsking}/${this.frames}`, () => (this.isAsking ? [this.question()] : [h('button', { class: 'btn', type: 'button', onclick: () => this.ask(true) }, t('forget.open'))]));
  }

  private question(): HTMLElement {
    return h(
      'div',
      { class: 'notice', role: 'group', 'aria-labelledby': 'forget-title', 'aria-describedby': 'forget-text' },
      h('b', { id: 'forget-title' }, plural('forget.title', this.frames, { n: number(this.frames) })),
      h('p', { id: 'forget-text' }, t('forget.text')),
      h(
        'div',
        { class: 'acts' },
        h('button', { class: 'btn', type: 'button', onclick: () => this.ask(false) }, t('forget.keep')),
        h('button', { class: 'btn primary', type: 'button', onclick: this.onForget }, t('forget.do')),
      ),
    );
  }
}
