// Which nodes of a mail have to be replaced so that it becomes the copy in which the changes were made.

(() => {
  const BLOCKS = "address|article|aside|blockquote|caption|center|dd|div|dl|dt|fieldset|figure|footer|form|h[1-6]|header"
    + "|hr|li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul";
  const BLOCK_NAME = new RegExp(`^(?:${BLOCKS})$`);

  const isBlock = (node) => node.nodeType === 1 && BLOCK_NAME.test(node.localName);

  /**
   * @typedef {Object} Unit       nodes next to each other that are replaced at once
   * @property {Node} parent      of the mail
   * @property {Node} copy        the same of the copy
   * @property {Node[]} old       of the mail
   * @property {Node[]} fresh     of the copy
   * @property {Node|null} next   what follows them in the mail
   * @property {Unit|null} [alone]  the smaller unit that this one was widened from
   */

  /** The smallest units that differ, in order. @returns {Unit[]} */
  function findUnits(parent, copy, twins) {
    const [olds, freshes] = [[...parent.childNodes], [...copy.childNodes]];
    const units = [];
    let [unit, at, to] = [null, 0, 0];
    const open = () => (unit ??= { parent, copy, old: [], fresh: [], next: null });
    const close = () => {
      if (unit) units.push(...narrow({ ...unit, next: olds[at] ?? null }, twins));
      unit = null;
    };
    while (at < olds.length || to < freshes.length) {
      const [old, fresh] = [olds[at], freshes[to]];
      if (fresh && !twins.has(fresh)) {
        open().fresh.push(fresh);
        to += 1;
      } else if (!fresh || twins.get(fresh) !== old) {
        open().old.push(old);
        at += 1;
      } else {
        const [same, block] = [fresh.isEqualNode(old), isBlock(old)];
        if (same || block) close();
        if (!same) {
          open().old.push(old);
          unit.fresh.push(fresh);
        }
        at += 1;
        to += 1;
        if (block) close();
      }
    }
    close();
    return units;
  }

  /** Go into a single block that holds more blocks, or quotes; of one that holds text, take the text. */
  function narrow(unit, twins) {
    const [old, fresh] = [unit.old[0], unit.fresh[0]];
    const isOne = unit.old.length === 1 && unit.fresh.length === 1 && twins.get(fresh) === old;
    if (!isOne || old.nodeType !== 1) return [unit];
    if (drafting.isProtected(old) || [...old.children].some(isBlock)) return findUnits(old, fresh, twins);
    if (!isBlock(old)) return [unit];
    return [{ parent: old, copy: fresh, old: [...old.childNodes], fresh: [...fresh.childNodes], next: null }];
  }

  /** Join units that nothing but typed text lies between. */
  function join(units, body) {
    const joined = [];
    for (const unit of units.map((small) => widen(small, body))) {
      const last = joined.at(-1);
      const between = last && nodesBetween(last, unit);
      if (!between || between.some(drafting.isProtected)) {
        joined.push(unit);
        continue;
      }
      const isSame = last.old.length > 0 && last.old.at(-1) === unit.old[0];
      if (!isSame) {
        last.old.push(...between, ...unit.old);
        last.fresh.push(...between, ...unit.fresh);
      }
      last.next = unit.next;
      last.alone = null;
    }
    return joined.map((unit) => unit.alone ?? unit);
  }

  /** The unit as whole nodes of the body. */
  function widen(unit, body) {
    let { parent, copy } = unit;
    if (parent === body) return { ...unit, old: [...unit.old], fresh: [...unit.fresh], alone: unit };
    while (parent.parentNode !== body) [parent, copy] = [parent.parentNode, copy.parentNode];
    if (drafting.isProtected(parent)) return { ...unit, alone: unit };
    return { parent: body, copy: copy.parentNode, old: [parent], fresh: [copy], next: parent.nextSibling, alone: unit };
  }

  /** What lies between two units of the same parent; null where they have none in common. */
  function nodesBetween(one, other) {
    if (one.parent !== other.parent) return null;
    if (one.old.length > 0 && one.old.at(-1) === other.old[0]) return [];
    const nodes = [];
    const end = other.old[0] ?? other.next;
    for (let at = one.next; at && at !== end; at = at.nextSibling) nodes.push(at);
    return nodes;
  }

  Object.assign(globalThis.drafting, { BLOCKS, findUnits, join });
})();
