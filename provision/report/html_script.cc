#include "provision/report/html_assets.h"

namespace provision {

const std::string_view kHtmlScript = R"js(
'use strict';
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const rows = all('.row'), findings = all('.finding'), chips = all('button[aria-pressed]');
  const tiles = all('a.tile[href]');
  const list = one('rows'), search = one('q'), kind = one('k'), order = one('o'), shown = one('shown');
  const words = (element) => element.textContent.toLowerCase();
  const listed = (text) => (text || '').split('\n').filter(Boolean);

  // What a row is found by: its own text and that of its findings; and a finding by both as well.
  const about = new Map();
  for (const row of rows) {
    const text = words(row);
    about.set(row, {own: text, text, verdicts: [row.dataset.verdict], kinds: []});
  }
  for (const finding of findings) {
    const own = {text: words(finding), verdicts: [finding.dataset.verdict],
                 severities: [finding.dataset.severity], kinds: listed(finding.dataset.kinds)};
    const row = about.get(one(finding.dataset.row));
    if (row) {
      row.text += ' ' + own.text;
      own.text += ' ' + row.own;
      row.verdicts.push(...own.verdicts);
      row.kinds.push(...own.kinds);
    }
    about.set(finding, own);
  }

  const chosen = (what) => chips.filter((chip) => chip.ariaPressed === 'true')
                                .map((chip) => chip.dataset[what]).filter(Boolean);
  const filter = () => {
    const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = chosen('verdict'), severities = chosen('severity');
    const fits = (element) => {
      const its = about.get(element);
      return terms.every((term) => its.text.includes(term)) &&
             (!verdicts.length || its.verdicts.some((verdict) => verdicts.includes(verdict))) &&
             (!severities.length || (its.severities || []).some((one) => severities.includes(one))) &&
             (!kind || !kind.value || its.kinds.includes(kind.value));
    };
    for (const element of [...rows, ...findings]) element.hidden = !fits(element);
    for (const tile of tiles) {
      const finding = one(tile.hash.slice(1));
      tile.classList.toggle('off', Boolean(finding && finding.hidden));
    }
    for (const difference of all('.difference')) {
      difference.hidden = Boolean(kind && kind.value) && difference.dataset.kind !== kind.value;
    }
    const kept = (elements) => elements.filter((element) => !element.hidden).length;
    const isAll = kept(rows) === rows.length && kept(findings) === findings.length;
    document.body.classList.toggle('filtered', !isAll || Boolean(order && order.value));
    shown.textContent = isAll ? '' : (rows.length ? `${kept(rows)} of ${rows.length} shown, ` : '') +
                                     `${kept(findings)} of ${findings.length} findings`;
  };

  const sort = () => {
    if (!list) return;
    const time = (row) => Number(row.dataset.time);
    const sorted = order.value === 'time' ? [...rows].sort((a, b) => time(b) - time(a)) : rows;
    for (const group of all('.group')) group.hidden = Boolean(order.value);
    list.append(...(order.value ? sorted : inOrder));
  };
  const inOrder = list ? [...list.children] : [];

  // What was chosen stands in the address, so that it can be sent to somebody.
  const save = () => {
    const state = new URLSearchParams();
    if (search.value) state.set('q', search.value);
    if (chosen('verdict').length) state.set('v', chosen('verdict').join('\n'));
    if (chosen('severity').length) state.set('s', chosen('severity').join('\n'));
    if (kind && kind.value) state.set('k', kind.value);
    if (order && order.value) state.set('o', order.value);
    history.replaceState(null, '', state.size ? '#' + state : location.pathname + location.search);
  };
  const pick = (select, value) => {
    if (select) select.value = all('option', select).some((o) => o.value === value) ? value : '';
  };
  const load = () => {
    if (!/^#[qvsko]=/.test(location.hash)) return;
    const state = new URLSearchParams(location.hash.slice(1));
    search.value = state.get('q') || '';
    pick(kind, state.get('k') || '');
    pick(order, state.get('o') || '');
    const verdicts = listed(state.get('v')), severities = listed(state.get('s'));
    for (const chip of chips) {
      chip.ariaPressed = String(verdicts.includes(chip.dataset.verdict) ||
                                severities.includes(chip.dataset.severity));
    }
  };
  const update = () => { save(); sort(); filter(); };

  for (const chip of chips) {
    chip.addEventListener('click', () => {
      chip.ariaPressed = String(chip.ariaPressed !== 'true');
      update();
    });
  }
  search.addEventListener('input', update);
  for (const select of [kind, order]) if (select) select.addEventListener('change', update);
  // Who follows a link to what a filter hides wants to see it.
  const reveal = () => {
    const target = one(location.hash.slice(1));
    if (!target || !target.hidden) return;
    search.value = '';
    pick(kind, '');
    for (const chip of chips) chip.ariaPressed = 'false';
    filter();
    target.scrollIntoView();
  };
  window.addEventListener('hashchange', () => { load(); sort(); filter(); reveal(); });
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    }
  });
  one('tools').hidden = !rows.length && !findings.length;
  load();
  sort();
  filter();
})();
)js";

}  // namespace provision
