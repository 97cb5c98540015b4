import { BoxGeometry, Color, EdgesGeometry, Group, InstancedMesh, LineBasicMaterial, LineSegments, Matrix4, Mesh, MeshBasicMaterial, MeshLambertMaterial, PlaneGeometry } from 'three';
import type { Placed } from './layout';

const SIZE = { x: 0.86, y: 0.82, z: 1.1 };
const tone = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** From the chart's grey to its blue, in both schemes. */
function colourOf(share: number): Color {
  const [empty, full] = [new Color(tone('--chart-faint')), new Color(tone('--focus'))];
  return share === 0 ? empty : empty.lerp(full, 0.25 + 0.75 * share);
}

/** The blocks of one site: made once for a list of locations, recoloured and told whom to mark, never rendered by React. */
export class Stage {
  readonly group = new Group();
  private readonly blocks: InstancedMesh;
  private readonly mark: LineSegments;
  private readonly floor: Mesh;
  private readonly placed: readonly Placed[];

  constructor(placed: readonly Placed[]) {
    this.placed = placed;
    this.blocks = new InstancedMesh(new BoxGeometry(SIZE.x, SIZE.y, SIZE.z), new MeshLambertMaterial(), placed.length);
    placed.forEach(({ x, y, z }, index) => this.blocks.setMatrixAt(index, new Matrix4().makeTranslation(x, y, z)));
    this.mark = new LineSegments(new EdgesGeometry(new BoxGeometry(SIZE.x + 0.08, SIZE.y + 0.08, SIZE.z + 0.08)), new LineBasicMaterial());
    this.mark.visible = false;
    const reach = this.reach();
    this.floor = new Mesh(new PlaneGeometry(reach.x * 2 + 1.6, reach.z * 2 + 1.6), new MeshBasicMaterial());
    this.floor.rotation.x = -Math.PI / 2;
    this.group.add(this.floor, this.blocks, this.mark);
    this.colours();
  }

  /** Half of what is built, along each axis. */
  reach() {
    const most = (of: (one: Placed) => number) => Math.max(1, ...this.placed.map((one) => Math.abs(of(one))));
    return { x: most((one) => one.x) + 0.5, y: most((one) => one.y) + 0.5, z: most((one) => one.z) + 0.6 };
  }

  colours() {
    this.placed.forEach(({ share }, index) => this.blocks.setColorAt(index, colourOf(share)));
    if (this.blocks.instanceColor) this.blocks.instanceColor.needsUpdate = true;
    (this.floor.material as MeshBasicMaterial).color.set(tone('--sunken'));
    (this.mark.material as LineBasicMaterial).color.set(tone('--text'));
  }

  choose(location: string | undefined) {
    const found = this.placed.find((one) => one.fill.location === location);
    this.mark.visible = found !== undefined;
    if (found) this.mark.position.set(found.x, found.y, found.z);
  }

  locationOf(instance: number | undefined): string | undefined {
    return instance === undefined ? undefined : this.placed[instance]?.fill.location;
  }

  destroy() {
    this.blocks.dispose();
    for (const part of [this.blocks, this.mark, this.floor]) {
      part.geometry.dispose();
      (part.material as MeshBasicMaterial).dispose();
    }
  }
}
