/** Which class names fit on the map. Pure. */

/** Room kept between two names. */
const GAP_PX = 2;

/**
 * @param {{x: number, y: number, width: number, height: number}[]} boxes centres and sizes, the most important first
 * @param {number} width of the map
 * @param {number} height
 * @returns {boolean[]} whether each is shown: on the map, and not over one shown before it
 */
export function arrange(boxes, width, height) {
  const shown = [];
  return boxes.map((box) => {
    const isOn = box.x >= 0 && box.x <= width && box.y >= 0 && box.y <= height;
    if (!isOn || shown.some((other) => overlaps(box, other))) return false;
    shown.push(box);
    return true;
  });
}

function overlaps(a, b) {
  return (
    Math.abs(a.x - b.x) < (a.width + b.width) / 2 + GAP_PX && Math.abs(a.y - b.y) < (a.height + b.height) / 2 + GAP_PX
  );
}
