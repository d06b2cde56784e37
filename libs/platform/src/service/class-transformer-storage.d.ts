/** What class-transformer knows of classes; it ships the code of this file and its types apart. */
declare module 'class-transformer/cjs/storage' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage';
}
