import { useMantineColorScheme } from '@mantine/core';
import { Canvas, useThree, type ThreeEvent } from '@react-three/fiber';
import { useEffect, useMemo } from 'react';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import { text } from '~/text/en';
import type { Placed } from './layout';
import { Stage } from './stage';

interface ViewProps {
  placed: readonly Placed[];
  chosen: string | undefined;
  onChoose: (location: string | undefined) => void;
}

/** The warehouse in three dimensions; drawn only when something changed. */
export function WarehouseView({ placed, chosen, onChoose }: ViewProps) {
  const stage = useMemo(() => new Stage(placed), [placed]);
  useEffect(() => () => stage.destroy(), [stage]);
  return (
    <Canvas frameloop="demand" dpr={[1, 2]} camera={{ fov: 36, near: 0.1, far: 2_000 }} role="img" aria-label={text.scene.view} onPointerMissed={() => onChoose(undefined)}>
      <ambientLight intensity={1.9} />
      <directionalLight position={[6, 14, 9]} intensity={1.5} />
      <primitive object={stage.group} onClick={(event: ThreeEvent<MouseEvent>) => (event.stopPropagation(), onChoose(stage.locationOf(event.instanceId)))} />
      <Director stage={stage} chosen={chosen} />
    </Canvas>
  );
}

/** Camera, colours and the mark: told to the scene, not rendered. */
function Director({ stage, chosen }: { stage: Stage; chosen: string | undefined }) {
  const { camera, gl, invalidate, size } = useThree();
  const { colorScheme } = useMantineColorScheme();
  useEffect(() => {
    const reach = stage.reach();
    const far = Math.max(reach.x / Math.min(1.6, size.width / size.height), reach.z * 1.2, reach.y) * 3.4 + 5;
    camera.position.set(far * 0.5, far * 0.55, far * 0.75);
    const controls = new OrbitControls(camera, gl.domElement);
    controls.target.set(0, reach.y / 3, 0);
    controls.maxPolarAngle = Math.PI / 2.05;
    controls.enableDamping = false;
    controls.addEventListener('change', () => invalidate());
    controls.update();
    invalidate();
    return () => controls.dispose();
  }, [stage, camera, gl, invalidate, size.width, size.height]);
  useEffect(() => {
    stage.choose(chosen);
    invalidate();
  }, [stage, chosen, invalidate]);
  useEffect(() => {
    stage.colours();
    invalidate();
  }, [stage, colorScheme, invalidate]);
  return null;
}
