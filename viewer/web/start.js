// Loads the 3D viewer, says how far it is, and says what a person can do where it cannot be shown.
const WORDS = {
  fr: {
    title: 'Maquette en 3D',
    loading: (share) => `Chargement de la vue 3D, ${share}\u00a0%…`,
    building: 'Construction du territoire…',
    noWebGl: 'Ce navigateur ne sait pas dessiner en 3D (WebGL\u00a02 manque). La carte et le tableau montrent les mêmes données.',
    away: 'Le serveur ne répond pas. Rechargez la page quand il est revenu.',
    failed: 'La vue 3D s’est arrêtée. Rechargez la page\u00a0; la carte et le tableau répondent toujours.',
    back: 'La carte et le tableau',
  },
  en: {
    title: 'Maquette in 3D',
    loading: (share) => `Loading the 3D view, ${share}%…`,
    building: 'Building the territory…',
    noWebGl: 'This browser cannot draw in 3D (it lacks WebGL 2). The map and the table show the same data.',
    away: 'The server does not answer. Load the page again when it is back.',
    failed: 'The 3D view has stopped. Load the page again; the map and the table still answer.',
    back: 'The map and the table',
  },
};

const root = document.documentElement;
const told = document.getElementById('told');
const progress = document.getElementById('progress');
const language = new URLSearchParams(location.search).get('lang') === 'en' ? 'en' : 'fr';
const words = WORDS[language];
root.lang = language;
document.title = words.title;
document.getElementById('back').textContent = words.back;

function fail(text) {
  told.textContent = text;
  delete root.dataset.drawn;
  root.dataset.failed = text;
}

/** The program, with its progress told; how long it is the server says, else the build. */
async function fetched(url, length) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const reader = answer.body.getReader();
  const told = [];
  let come = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    told.push(value);
    come += value.length;
    tellShare(Math.min(come / length, 1));
  }
  return new Response(new Blob(told), { headers: { 'content-type': 'application/wasm' } });
}

function tellShare(share) {
  progress.value = share;
  told.textContent = share < 1 ? words.loading(Math.round(share * 100)) : words.building;
}

/** Bevy leaves `main` by an exception that is none. */
function isEnd(error) {
  return String(error).includes('Using exceptions for control flow');
}

/** How to draw: by WebGL 2, and by WebGPU where that is all there is, or where `?driver=webgpu` asks for it. */
async function driver() {
  const wanted = new URLSearchParams(location.search).get('driver');
  if (wanted === 'webgpu' || wanted === 'webgl2') return wanted;
  if (document.createElement('canvas').getContext('webgl2')) return 'webgl2';
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  return adapter ? 'webgpu' : null;
}

async function start() {
  const drawn = await driver();
  if (!drawn) return fail(words.noWebGl);
  root.dataset.driver = drawn;
  let init, program;
  try {
    const lengths = await (await fetch('viewer.json')).json();
    ({ default: init } = await import(`./${drawn}/viewer.js`));
    program = await fetched(`${drawn}/viewer_bg.wasm`, lengths[drawn]);
  } catch (error) {
    console.error(error);
    return fail(words.away);
  }
  try {
    await init({ module_or_path: program });
  } catch (error) {
    if (!isEnd(error)) {
      console.error(error);
      fail(words.failed);
    }
  }
}

addEventListener('error', (event) => {
  if (!isEnd(event.error)) fail(words.failed);
});
new MutationObserver(() => {
  if (root.dataset.failed) told.textContent = root.dataset.failed;
}).observe(root, { attributeFilter: ['data-failed'] });

// A link that is pasted into the address of the open page opens its view.
addEventListener('hashchange', () => location.reload());

// The clipboard is the page's: the viewer says what to copy. Without it the viewer shows the text.
if (navigator.clipboard) {
  root.dataset.clipboard = '';
  new MutationObserver(() => {
    if (root.dataset.copy) navigator.clipboard.writeText(root.dataset.copy).catch((error) => console.warn(error));
  }).observe(root, { attributeFilter: ['data-copy'] });
}
void start();
