import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { IsString } from 'class-validator';
import { loadConfig } from './config/load-config';
import { ServiceIdentity } from './config/service-identity';
import { ProcessConfig } from './config/service.config';
import { PlatformModule } from './platform.module';

class SpecConfig extends ProcessConfig {
  @IsString()
  readonly SPEC_SECRET!: string;
}

describe('the configuration of a service', () => {
  it('is one object under each of its classes, and nothing of it reaches the environment', async () => {
    const before = { ...process.env };
    const config = loadConfig(SpecConfig, { SPEC_SECRET: 'from the vault', REPLICA: '7' });
    const app = await Test.createTestingModule({
      imports: [PlatformModule.forService(new ServiceIdentity('spec', 7), config)],
    }).compile();
    expect(app.get(SpecConfig)).toBe(config);
    expect(app.get(ProcessConfig)).toBe(config);
    expect(app.get(ConfigService).get<number>('spec.REPLICA')).toBe(7);
    expect(process.env).toEqual(before);
  });
});
