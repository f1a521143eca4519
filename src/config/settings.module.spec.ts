import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { loadSettings } from './loading/index.js';
import { Settings } from './settings.js';
import { SettingsModule } from './settings.module.js';

@Injectable()
class Reader {
  constructor(
    readonly settings: Settings,
    readonly configuration: ConfigService,
  ) {}
}

describe('SettingsModule', () => {
  const { settings } = loadSettings({ KAFKA_BROKERS: 'a:1,b:2' }, []);

  it('gives Settings, and ConfigService over the same values and nothing else', async () => {
    const application = await Test.createTestingModule({
      imports: [SettingsModule.forRoot(settings)],
      providers: [Reader],
    }).compile();
    const { configuration, settings: given } = application.get(Reader);
    expect(given).toBe(settings);
    expect(configuration.get('kafka.brokers')).toEqual(['a:1', 'b:2']);
    expect(configuration.get('http')).toBe(settings.http);
    expect(configuration.get('PATH')).toBeUndefined();
    await application.close();
  });
});
